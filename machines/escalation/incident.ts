/** The record of an incident, from the first deviation to the proof that ends it, and what is learnt from those that are over. */
import type { Reason } from '../events.ts';

/** One rung that was taken in an incident. */
export interface Try {
  readonly rung: string;
  /** What the evidence looked like when it was chosen. */
  readonly signature: string;
  readonly at: number;
  /** Null while the remedy is under way. */
  readonly endedAt: number | null;
  /**
   * `done`: the remedy answered. `served`: somebody else's remedy on the same component counted. `rehearsed`: a dry run.
   * `under-way` until it ends.
   */
  readonly how: 'under-way' | 'done' | 'failed' | 'timed-out' | 'served' | 'rehearsed';
  readonly message: string | null;
}

export interface Incident {
  readonly id: string;
  /** When the first sign of it was seen: a failed probe, the end of a run. Never after `openedAt`. */
  readonly beganAt: number;
  readonly openedAt: number;
  readonly because: Reason;
  /** What it was diagnosed as, in order, without repetitions in a row; bounded. */
  readonly signatures: readonly { readonly at: number; readonly signature: string; readonly message: string }[];
  /** Bounded: of more the oldest are dropped, and counted. */
  readonly tries: readonly Try[];
  readonly triesDropped: number;
  readonly quarantinedAt: number | null;
}

export interface IncidentRecord extends Incident {
  readonly endedAt: number;
  /** The rung after which both sides were proven equal; null when it ended without one. */
  readonly helped: string | null;
}

/** By signature and rung: how often it was tried, and how often the proof came after it. Shown, never acted upon. */
export interface Lessons {
  readonly [signature: string]: { readonly [rung: string]: { readonly tried: number; readonly helped: number } };
}

const triesMax = 50;
const signaturesMax = 20;
/** How many incidents that are over are remembered. */
const pastMax = 20;
const lessonsMax = 40;

export function newIncident(id: string, because: Reason, beganAt: number, at: number): Incident {
  return {
    id,
    beganAt: Math.min(beganAt, at),
    openedAt: at,
    because,
    signatures: [],
    tries: [],
    triesDropped: 0,
    quarantinedAt: null,
  };
}

export function withSignature(incident: Incident, signature: string, message: string, at: number): Incident {
  if (incident.signatures.at(-1)?.signature === signature) return incident;
  return { ...incident, signatures: [...incident.signatures, { at, signature, message }].slice(-signaturesMax) };
}

export function withTry(incident: Incident, one: Try): Incident {
  const tries = [...incident.tries, one];
  const dropped = Math.max(0, tries.length - triesMax);
  return { ...incident, tries: tries.slice(dropped), triesDropped: incident.triesDropped + dropped };
}

/** The newest try has ended so; one that has ended already stays as it is. */
export function withTryEnded(incident: Incident, how: Try['how'], message: string | null, at: number): Incident {
  const last = incident.tries.at(-1);
  if (last?.how !== 'under-way') return incident;
  return { ...incident, tries: [...incident.tries.slice(0, -1), { ...last, how, message, endedAt: at }] };
}

/** The proof has come: whatever really was done last is what helped. */
export function endIncident(incident: Incident, at: number): IncidentRecord {
  const last = incident.tries.at(-1);
  const helped = last !== undefined && (last.how === 'done' || last.how === 'served') ? last.rung : null;
  return { ...incident, endedAt: at, helped };
}

export function withPast(past: readonly IncidentRecord[], record: IncidentRecord): readonly IncidentRecord[] {
  return [...past, record].slice(-pastMax);
}

/** What an incident that is over adds; of too many signatures those that came up first are forgotten. */
export function learn(lessons: Lessons, { tries, helped }: IncidentRecord): Lessons {
  const real = tries.filter(({ how }) => how !== 'rehearsed');
  let learnt = lessons;
  real.forEach(({ rung, signature }, at) => {
    const before = learnt[signature]?.[rung] ?? { tried: 0, helped: 0 };
    const won = rung === helped && at === real.length - 1 ? 1 : 0;
    const { [signature]: known = {}, ...others } = learnt;
    learnt = { ...others, [signature]: { ...known, [rung]: { tried: before.tried + 1, helped: before.helped + won } } };
  });
  return Object.fromEntries(Object.entries(learnt).slice(-lessonsMax));
}
