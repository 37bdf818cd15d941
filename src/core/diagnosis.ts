/**
 * What is wrong, and which rungs of the ladder can help: a pure judgement over evidence.
 *
 * The order of the rules is the order of certainty: what was measured just now outweighs what a run said, and that
 * outweighs why the incident was opened. Whatever no restart can heal is named and leads to a person; where nothing certain
 * is known every rung may be tried.
 */
import type { Diagnosis } from '../../machines/events.ts';
import type { Evidence } from './evidence-of-deviation.ts';
import { ofDisk, ofNetwork, ofPlugin, ofRefusal, ofRun, type Recognized } from './evidence-rules.ts';
import { classOf, helpAgainst, type RemedyClass } from './evidence-signatures.ts';

export type { Evidence } from './evidence-of-deviation.ts';

/** A rung as far as a diagnosis needs it. */
export interface Remedial {
  readonly id: string;
  readonly remedy: string;
}

/** The first that recognizes something decides; the last one always does. */
const rules = [ofDisk, ofPlugin, ofRefusal, ofNetwork] as const;

/** Names the signature, and the rungs of the policy that can help against it, in the policy's order. */
export function diagnose(evidence: Evidence, rungs: readonly Remedial[]): Diagnosis {
  const { signature, message } = recognize(evidence);
  const { helps, otherwise = [] } = helpAgainst(signature);
  const of = (classes: readonly RemedyClass[]) => rungs.filter((rung) => classes.includes(classOf(rung)));
  const able = (of(helps).length > 0 ? of(helps) : of(otherwise)).map(({ id }) => id);
  const lacks = helps.length > 0 && able.length === 0 ? ' No rung of this ladder can help against it.' : '';
  return { signature, message: `${message}${lacks}`, rungs: able, evidence: { ...evidence } };
}

function recognize(evidence: Evidence): Recognized {
  for (const rule of rules) {
    const recognized = rule(evidence);
    if (recognized !== null) return recognized;
  }
  return ofRun(evidence);
}
