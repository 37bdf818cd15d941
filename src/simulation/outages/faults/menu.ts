/** The whole menu, and what a seed orders from it. */
import type { Random } from '../../random.ts';
import { randomOf } from '../../random.ts';
import { connectionFaults } from './connection-faults.ts';
import type { Fault, Strike } from './fault.ts';
import { peopleFaults } from './people-faults.ts';
import { processFaults } from './process-faults.ts';

export const menu = { ...connectionFaults, ...processFaults, ...peopleFaults } as const;
export type FaultKind = keyof typeof menu;
export const faultKinds = Object.keys(menu) as readonly FaultKind[]; // the keys of the literal above

export const faultOf = (kind: string): Fault => menu[kind as FaultKind]; // kinds come from this menu

/** States at which faults are aimed, because by chance alone they are seldom met. */
export const aims = [
  'connection.status.warning',
  'connection.status.disconnected',
  'synchronization.run.running.phase.inventory',
  'synchronization.run.running.phase.transferring',
  'synchronization.run.running.phase.sweeping',
  'synchronization.run.running.phase.proving',
  'synchronization.run.running.pace.stalled',
  'synchronization.run.interrupted',
  'synchronization.run.incomplete',
  'synchronization.run.held',
  'synchronization.run.cancelled',
  'escalation.confirming',
  'escalation.diagnosing',
  'escalation.waiting',
  'escalation.asking',
  'escalation.claiming',
  'escalation.acting',
  'escalation.instructing',
  'escalation.rehearsing',
  'escalation.settling',
  'escalation.proving',
  'escalation.quarantined',
] as const;

/** Faults that make ladders climb: without some of them nothing much happens. */
const grave: readonly FaultKind[] = [
  'cut-clean',
  'cut-half-open',
  'proxy-death',
  'plugin-hang',
  'plugin-crash',
  'host-crash',
  'server-failed',
  'entity-tampered',
  'entity-refused',
  'partial-list',
  'version-change',
  'credentials-refused',
];

const minute = 60_000;

/** How long it goes on: hours, now and then a day. */
export function horizonOf(seed: number): number {
  const random = randomOf(seed, 'horizon');
  return (random.chance(0.05) ? 20 + random.below(30) : 2 + random.below(6)) * 60 * minute;
}

export function drawStrikes(seed: number): readonly Strike[] {
  const random = randomOf(seed, 'faults');
  const horizonMs = horizonOf(seed);
  const count = 4 + random.below(14);
  return Array.from({ length: count }, () => drawStrike(random, horizonMs));
}

function drawStrike(random: Random, horizonMs: number): Strike {
  const kind = (random.chance(0.4) ? random.pick(grave) : random.pick(faultKinds)) ?? 'cut-clean';
  const state = random.pick(aims) ?? aims[0];
  const when = random.chance(0.5)
    ? { afterMs: random.below(horizonMs) }
    : { state, nth: 1 + random.below(3), laterMs: random.chance(0.5) ? random.below(50) : random.below(30_000) };
  const lastsMs = random.pick([random.below(minute), random.below(10 * minute), random.below(90 * minute)]) ?? minute;
  return { kind, when, lastsMs, pick: random.next(), strength: random.next() };
}
