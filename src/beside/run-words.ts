/** How a watched synchronization ended, in the shape of every run: nothing was written by us. */
import { CodedError } from '../core/errors.ts';
import type { Mode, RunResult } from '../sync/run-result.ts';
import type { Compared } from './compare-counts.ts';
import { wayWords } from './owned-entities.ts';
import { notComparable } from './vendor-counts.ts';

interface Ended extends Compared {
  readonly runId: string;
  readonly mode: Mode;
  readonly startedAt: number;
  readonly endedAt: number;
}

export function resultOf({ runId, mode, proof, way, emptySource, startedAt, endedAt }: Ended): RunResult {
  const reason = emptySource ? 'empty-source' : 'counts-differ';
  return {
    runId,
    mode,
    outcome: proof.equal ? 'succeeded' : 'incomplete',
    reason: proof.equal ? null : reason,
    proof,
    written: { created: 0, updated: 0, deleted: 0, unchanged: 0, adopted: 0, duplicatesRemoved: 0 },
    rejected: [],
    rejectedCount: 0,
    decisions: [
      {
        what: 'Only counts were compared.',
        because: 'The role of Genetec writes; what it wrote cannot be seen from here.',
      },
      { what: wayWords[way], because: 'Only what the role owns counts.' },
      ...Object.entries(notComparable).map(([type, because]) => ({
        what: `${type} was not compared.`,
        because: `${because[0]?.toUpperCase()}${because.slice(1)}.`,
      })),
    ],
    startedAt,
    endedAt,
    resumed: false,
  };
}

/** A refusal: a list that is empty is more likely forbidden than true, and nothing may be started because of it. */
export function sourceEmpty(): CodedError {
  return new CodedError('SW_UNAUTHORISED', {
    doing: 'comparing the counts of both sides',
    expected: 'cardholders in SiPass, as the role has some',
    found: 'an empty list',
    todo: 'Check what the operator of source.username may see; nothing is started on the evidence of an empty list',
  });
}
