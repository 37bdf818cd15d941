/**
 * The timetable of a policy: what is done when, if nothing helps. It is read off two rehearsals of the real ladder: one in
 * which everything fails at once, and one in which everything takes as long as it is given.
 */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung } from '../../machines/escalation/ladder-policy.ts';
import { currentRung } from '../../machines/escalation/rungs.ts';
import type { Policy } from '../../machines/policy.ts';
import type { Json } from './json.ts';
import { type Answer, type Answers, type Asked, type Rehearsal, rehearse } from './rehearsal.ts';
import type { RehearsedStep } from './rehearsal-trail.ts';

/** A moment of both rehearsals; null where one of them does not come to it. */
export interface Moment {
  /** Milliseconds since the deviation. */
  readonly earliestMs: number | null;
  readonly latestMs: number | null;
  /** Epoch milliseconds. */
  readonly earliestAt: number | null;
  readonly latestAt: number | null;
}

export interface TimetableRow extends Moment {
  readonly rung: string;
  readonly title: string;
  readonly remedy: string;
  readonly attempt: number;
  readonly cost: Rung['cost'];
  /** What a person has to do for it: agree first, or do it. */
  readonly person: 'agrees' | 'acts' | null;
  /** Whether windows decide on its time. */
  readonly hasWindows: boolean;
}

export interface Timetable {
  /** The instant for which it was made, epoch milliseconds: windows hang on it. */
  readonly at: number;
  readonly rows: readonly TimetableRow[];
  /** When a person is asked for something first. */
  readonly person: Moment;
  /** When nothing is left but a person, and slow probing. */
  readonly quarantine: Moment;
  /** Rungs that neither rehearsal came to, with the reason where one is known. */
  readonly unreached: { readonly [rung: string]: string };
  /** How the rehearsals ended. */
  readonly ended: { readonly earliest: Rehearsal['ended']; readonly latest: Rehearsal['ended'] };
}

export interface TimetableOptions {
  /** @default 'rehearsed' */
  readonly id?: string;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Longer than the rarest window that makes sense, once a year. */
const horizonMs = 400 * 24 * 3_600_000;

export function timetableOf({ id, policy, at }: TimetableOptions): Timetable {
  const named = { ...(id === undefined ? {} : { id }), policy: ladderAlone(policy), at, until: at + horizonMs };
  const quick = rehearse({ ...named, answers: nothingHelps(policy, 'quick') });
  const slow = rehearse({ ...named, answers: nothingHelps(policy, 'slow') });
  const both = new Pair(quick, slow);
  return {
    at,
    rows: rowsOf(policy, both),
    person: both.moment(({ kind }) => kind === 'asked' || kind === 'instructed' || kind === 'quarantined'),
    quarantine: both.moment(({ kind }) => kind === 'quarantined'),
    unreached: unreachedOf(policy, quick, slow),
    ended: { earliest: quick.ended, latest: slow.ended },
  };
}

/** Probes, checks and scheduled runs decide nothing here: all answer alike. They are put so far off that they do not come. */
function ladderAlone({ connection, synchronization, ladder }: Policy): Policy {
  const farMs = 2 * horizonMs;
  return {
    connection: { ...connection, probeEveryMs: farMs },
    synchronization: { ...synchronization, schedule: {}, deltaEveryMs: farMs, checkEveryMs: farMs },
    ladder,
  };
}

/** Answers by which no rung helps. `quick`: at once. `slow`: in the last moment that is not too late. */
export function nothingHelps({ ladder, synchronization }: Policy, pace: 'quick' | 'slow'): Answers {
  const within = (ms: number | undefined) => (pace === 'quick' ? 0 : Math.max(0, (ms ?? 0) - 1));
  const rungOf = (id: string) => ladder.rungs.find((rung) => rung.id === id);
  return {
    work: (asked) => {
      const rung = currentRung(asked.context);
      const proofMs = Math.min(rung?.proofTimeoutMs ?? 0, synchronization.stall.floorMs);
      const afterMs = within(
        { diagnose: ladder.diagnoseTimeoutMs, remedy: rung?.timeoutMs, synchronize: proofMs }[asked.src],
      );
      return answerTo(asked, afterMs);
    },
    approval: (rung) => ({ afterMs: within(rungOf(rung)?.approval.expiresMs) }),
    person: (rung) => ({ afterMs: within(rungOf(rung)?.timeoutMs), done: true }),
  };
}

const well: Json = { ok: true, version: null, latencyMs: 0 };
const differ = { code: 'counts-differ', message: 'The counts of source and target differ.' };

function answerTo({ src, at, context }: Asked, afterMs: number): Answer | null {
  const output = (value: Json): Answer => ({ afterMs, output: value });
  switch (src) {
    case 'probe':
      return output({ source: well, target: well, incompatible: null });
    case 'synchronize':
      return output({ ...ranInVain, proof: { at: at + afterMs, depth: 'counts', equal: false, types: [] } });
    case 'diagnose':
      return output({ signature: differ.code, message: differ.message, rungs: rungsOf(context), evidence: {} });
    case 'claim':
      return output({ verdict: 'granted', message: 'Nothing stands against it.' });
    case 'remedy':
      return output({ message: 'It was done, and did not help.' });
    default:
      return null;
  }
}

const ranInVain = {
  outcome: 'incomplete',
  reason: differ.code,
  written: { created: 0, updated: 0, deleted: 0, unchanged: 0 },
  rejected: 0,
};

const rungsOf = ({ policy }: IntegrationContext): Json => policy.ladder.rungs.map(({ id }) => id);

/** The same steps in both rehearsals. */
class Pair {
  readonly #quick: readonly RehearsedStep[];
  readonly #slow: readonly RehearsedStep[];

  constructor(quick: Rehearsal, slow: Rehearsal) {
    this.#quick = quick.steps;
    this.#slow = slow.steps;
  }

  /** Tries of rungs, in the order of the quick one; then those that only the slow one comes to. */
  tries(): readonly RehearsedStep[] {
    const isTry = ({ kind }: RehearsedStep) => kind === 'taken' || kind === 'instructed';
    const first = this.#quick.filter(isTry);
    return [...first, ...this.#slow.filter((step) => isTry(step) && !first.some((known) => isSame(known, step)))];
  }

  moment(matches: (step: RehearsedStep) => boolean): Moment {
    const earliestAt = this.#quick.find(matches)?.at ?? null;
    const latestAt = this.#slow.find(matches)?.at ?? null;
    const since = (steps: readonly RehearsedStep[], at: number | null) => at && at - (steps[0]?.at ?? at);
    return {
      earliestMs: since(this.#quick, earliestAt),
      latestMs: since(this.#slow, latestAt),
      earliestAt,
      latestAt,
    };
  }
}

const isSame = (one: RehearsedStep, other: RehearsedStep): boolean =>
  one.kind === other.kind && one.rung === other.rung && one.attempt === other.attempt;

function rowsOf({ ladder }: Policy, both: Pair): readonly TimetableRow[] {
  return both.tries().flatMap((step) => {
    const rung = ladder.rungs.find(({ id }) => id === step.rung);
    if (rung === undefined) return [];
    const { id, title, remedy, cost, approval } = rung;
    const person = remedy === 'person' ? 'acts' : approval.required ? 'agrees' : null;
    const windows = remedy === 'synchronize' || remedy === 'person' ? [rung.windows] : [rung.windows, ladder.windows];
    const hasWindows = windows.some(({ allow, deny }) => allow.length + deny.length > 0);
    const moment = both.moment((other) => isSame(step, other));
    return [{ rung: id, title, remedy, attempt: step.attempt, cost, person, hasWindows, ...moment }];
  });
}

function unreachedOf(policy: Policy, ...rehearsals: readonly Rehearsal[]): Timetable['unreached'] {
  const taken = new Set(
    rehearsals.flatMap(({ steps }) => steps.flatMap(({ kind, rung }) => (kind === 'asked' ? [] : [rung]))),
  );
  const missing = policy.ladder.rungs.filter(({ id }) => !taken.has(id));
  const why = (id: string) => rehearsals[0]?.context.escalation.skipped[id] ?? 'the ladder does not come so far';
  return Object.fromEntries(missing.map(({ id }) => [id, why(id)]));
}
