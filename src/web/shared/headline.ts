/** The headline figure: when source and target were last proven equal, and how far that can be relied on now. */
import type { IntegrationView } from '../../http/api.ts';
import { agoText, durationText } from './duration.ts';
import { counted } from './quantity.ts';
import type { Tone } from './tone.ts';

export interface Headline {
  /** `12 s ago`, or `never`. */
  readonly figure: string;
  readonly tone: Tone;
  /** One sentence on what the figure rests on, and what speaks against it now. */
  readonly explanation: string;
}

/** A proof older than this is worth a warning even when nothing speaks against it. */
const oldAfterMs = 24 * 3_600_000;

/** Words the headline for one integration at `now`. */
export function headlineOf({ synchronization, connection }: IntegrationView, now: number): Headline {
  const { lastProvenEqualAt, proof } = synchronization;
  const figure = lastProvenEqualAt === null ? 'never' : agoText(lastProvenEqualAt, now);
  if (proof && !proof.equal) {
    const differing = proof.types.filter(({ equal }) => !equal).length;
    const explanation = `The newest comparison, ${agoText(proof.at, now)}, found a difference in ${counted(differing, 'entity type')}.`;
    return { figure, tone: 'bad', explanation };
  }
  if (lastProvenEqualAt === null)
    return { figure, tone: 'warn', explanation: 'No proof yet: it comes at the end of the first complete run.' };
  if (connection.status === 'disconnected') {
    const since = durationText(now - connection.since);
    return { figure, tone: 'warn', explanation: `Disconnected for ${since}: what changed since then is not known.` };
  }
  if (now - lastProvenEqualAt > oldAfterMs)
    return { figure, tone: 'warn', explanation: 'That is more than a day old: changes since then are not covered.' };
  return { figure, tone: 'ok', explanation: basisOf(proof) };
}

function basisOf(proof: IntegrationView['synchronization']['proof']): string {
  if (proof === null) return 'Counts and content of both sides were the same.';
  const types = counted(proof.types.length, 'entity type');
  if (proof.depth === 'sampled')
    return `Counts of ${types} were the same on both sides, and so was the content of a sample.`;
  return proof.depth === 'content'
    ? `Counts and content of ${types} were the same on both sides.`
    : `Counts of ${types} were the same on both sides; content was not compared.`;
}
