/** Which faults struck in which states, and which rare states were reached: counted over all seeds. */
import type { FaultKind } from './faults/menu.ts';
import { faultKinds } from './faults/menu.ts';

/** Every state of the integration in which a fault may find it. */
export const states = [
  ...['connected', 'warning', 'disconnected'].map((name) => `connection.status.${name}`),
  ...['preflight', 'inventory', 'transferring', 'sweeping', 'proving'].map(
    (name) => `synchronization.run.running.phase.${name}`,
  ),
  'synchronization.run.running.pace.stalled',
  ...['idle', 'succeeded', 'incomplete', 'interrupted', 'held', 'cancelled'].map(
    (name) => `synchronization.run.${name}`,
  ),
  'synchronization.check.counting',
  ...[
    ...['watching', 'confirming', 'diagnosing', 'waiting', 'asking', 'claiming', 'acting', 'instructing'],
    ...['rehearsing', 'settling', 'proving', 'quarantined'],
  ].map((name) => `escalation.${name}`),
] as const;

export type Counts = { [name: string]: number };

export const pairOf = (state: string, fault: string) => `${state} x ${fault}`;

export function count(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

export function add(to: Counts, from: Counts): void {
  for (const [name, by] of Object.entries(from)) count(to, name, by);
}

export interface Coverage {
  readonly pairs: number;
  readonly covered: number;
  /** States by the faults that never struck in them. */
  readonly holes: { readonly [state: string]: readonly FaultKind[] };
}

export function coverageOf(pairs: Counts): Coverage {
  const holesOf = (state: string) => faultKinds.filter((fault) => pairs[pairOf(state, fault)] === undefined);
  const holes = states.map((state) => [state, holesOf(state)] as const);
  const missing = holes.reduce((sum, [, of]) => sum + of.length, 0);
  const all = states.length * faultKinds.length;
  return { pairs: all, covered: all - missing, holes: Object.fromEntries(holes.filter(([, of]) => of.length > 0)) };
}
