/** What several seeds of one pattern have in common: how long it takes, what is done, and when a person is needed. */
import type { Reason } from '../../../machines/events.ts';
import type { IntegrationConfig } from '../../supervise/config.ts';
import type { Ended, Outcome } from './diary.ts';

/** Milliseconds; null: in some seed it never came to that, which is worse than any time. */
export interface Spread {
  readonly medianMs: number | null;
  readonly worstMs: number | null;
}

/** One rung of the ladder as it was taken. */
export interface Taken {
  readonly rung: string;
  readonly title: string;
  readonly remedy: string;
  /** Tries in one seed: the fewest and the most. A restart for somebody else that served is none. */
  readonly least: number;
  readonly most: number;
  /** How they ended, over all seeds: `done`, `failed`, `timed-out`, `rehearsed`, `under-way`. */
  readonly how: { readonly [how: string]: number };
}

export interface IntegrationReport {
  readonly integration: string;
  readonly seeds: number;
  /** From the beginning of the pattern to the first sign that the supervisor shows; null: it shows none in any seed. */
  readonly noticed: Spread | null;
  /** From the beginning of the pattern to the proof that both sides are equal once more. */
  readonly proven: Spread;
  /** Seeds by their ends. */
  readonly ended: { readonly [ended in Ended]: number };
  /** In the order in which they were taken. */
  readonly taken: readonly Taken[];
  /** Restarts for other integrations that counted for this one, at most in one seed. */
  readonly servedMost: number;
  /** How often a person was asked for something, at most; in how many seeds; when first, at the earliest; and why. */
  readonly person: {
    readonly callsMost: number;
    readonly seeds: number;
    readonly earliestMs: number | null;
    readonly because: Reason | null;
  };
  /** Why it is not proven; null when it always is. */
  readonly why: Reason | null;
  readonly signatures: readonly string[];
}

/** What one integration went through in each of the seeds. */
export function reportOf({ id, policy }: IntegrationConfig, outcomes: readonly Outcome[]): IntegrationReport {
  const noticed = outcomes.map(({ noticedMs }) => noticedMs);
  const called = outcomes.filter(({ calls }) => calls > 0);
  const earliest = [...called].sort((one, other) => (one.calledMs ?? 0) - (other.calledMs ?? 0))[0];
  const count = (ended: Ended) => outcomes.filter((outcome) => outcome.ended === ended).length;
  return {
    integration: id,
    seeds: outcomes.length,
    noticed: noticed.every((ms) => ms === null) ? null : spreadOf(noticed),
    proven: spreadOf(outcomes.map(({ provenMs }) => provenMs)),
    ended: { proven: count('proven'), quarantined: count('quarantined'), open: count('open') },
    taken: takenIn(outcomes, policy.ladder.rungs),
    servedMost: Math.max(...outcomes.map(({ tries }) => tries.filter(({ how }) => how === 'served').length)),
    person: {
      callsMost: Math.max(...outcomes.map(({ calls }) => calls)),
      seeds: called.length,
      earliestMs: earliest?.calledMs ?? null,
      because: earliest?.calledBecause ?? null,
    },
    why: outcomes.find(({ why }) => why !== null)?.why ?? null,
    signatures: [...new Set(outcomes.flatMap(({ signatures }) => signatures))],
  };
}

/** Of an even number the later of the two in the middle: nobody is told less than what half of them took. */
export function spreadOf(all: readonly (number | null)[]): Spread {
  const sorted = all.map((ms) => ms ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const known = (ms: number | undefined) => (ms === undefined || ms === Number.POSITIVE_INFINITY ? null : ms);
  return { medianMs: known(sorted[Math.floor(sorted.length / 2)]), worstMs: known(sorted.at(-1)) };
}

type Rungs = IntegrationConfig['policy']['ladder']['rungs'];

function takenIn(outcomes: readonly Outcome[], rungs: Rungs): readonly Taken[] {
  const own = outcomes.map(({ tries }) => tries.filter(({ how }) => how !== 'served'));
  // The seed with the most tries tells the order.
  const [longest = [], ...others] = [...own].sort((one, other) => other.length - one.length);
  const ids = new Set([longest, ...others].flat().map(({ rung }) => rung));
  return [...ids].flatMap((id) => {
    const rung = rungs.find((one) => one.id === id);
    if (rung === undefined) return [];
    const ofRung = own.map((tries) => tries.filter((one) => one.rung === id));
    const counts = ofRung.map(({ length }) => length);
    const how: { [how: string]: number } = {};
    for (const one of ofRung.flat()) how[one.how] = (how[one.how] ?? 0) + 1;
    const { title, remedy } = rung;
    return [{ rung: id, title, remedy, least: Math.min(...counts), most: Math.max(...counts), how }];
  });
}
