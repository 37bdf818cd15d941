/**
 * What a seed orders from the menu: each seed a few pairs of state and fault from the whole grid, in turn, so that every
 * pair is tried again and again over many seeds; what leads into such a state; and trouble that makes ladders climb.
 */
import type { Random } from '../../random.ts';
import { randomOf } from '../../random.ts';
import { states } from '../coverage.ts';
import { moments, type Strike } from './fault.ts';
import { type FaultKind, faultKinds } from './menu.ts';

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

/** Of these one is aimed at each moment at which something has been done, and nobody knows yet. */
const sudden: readonly FaultKind[] = [
  'supervisor-kill',
  'power-cut',
  'torn-tail',
  'disk-full',
  'host-crash',
  'hold',
  'brake',
];

const minute = 60_000;

interface Lure {
  readonly kind: FaultKind;
  /** Where it is laid; `early` before everything else. @default any time */
  readonly at?: string;
  readonly lastsMs?: number;
}

const transferring = 'synchronization.run.running.phase.transferring';
const hostGone: Lure = { kind: 'host-crash' };
const proxyGone: Lure = { kind: 'proxy-death', lastsMs: 60 * minute };
const dryRun: Lure = { kind: 'dry-run', at: 'early', lastsMs: 90 * minute };
const remedy = [[hostGone], [proxyGone]] as const;
/** What a person may help against: most restarts have a rung of their own. */
const unexplained = [[{ kind: 'cut-clean', lastsMs: 3 * minute }], [{ kind: 'entity-tampered' }]] as const;

/** What leads into states in which an integration seldom is by itself: one of the ways. */
const lures: { readonly [state: string]: readonly (readonly Lure[])[] } = {
  'connection.status.warning': [[{ kind: 'latency', lastsMs: 20 * minute }], [{ kind: 'version-change' }]],
  'connection.status.disconnected': [[{ kind: 'cut-clean', lastsMs: 20 * minute }]],
  'synchronization.run.running.pace.stalled': [
    [{ kind: 'plugin-hang', at: transferring, lastsMs: 10 * minute }],
    [{ kind: 'cut-half-open', at: transferring, lastsMs: 10 * minute }],
  ],
  'synchronization.run.incomplete': [[{ kind: 'entity-refused', lastsMs: 40 * minute }]],
  'synchronization.run.interrupted': [[{ kind: 'cut-clean', at: transferring, lastsMs: 10 * minute }]],
  'synchronization.run.held': [[{ kind: 'hold', lastsMs: 30 * minute }]],
  'synchronization.run.cancelled': [[{ kind: 'cancel', at: transferring }]],
  'synchronization.check.counting': [[{ kind: 'refresh' }]],
  'escalation.rehearsing': [
    [dryRun, hostGone],
    [dryRun, proxyGone],
  ],
  'escalation.instructing': unexplained,
  'escalation.quarantined': [[{ kind: 'credentials-refused', lastsMs: 40 * minute }]],
  ...Object.fromEntries(
    ['confirming', 'diagnosing', 'waiting', 'asking', 'claiming', 'acting', 'settling', 'proving'].map((state) => [
      `escalation.${state}`,
      remedy,
    ]),
  ),
};

/** States that are over within moments: a fault that is to strike in one of them must not come late. */
const fleeting =
  /preflight|inventory|sweeping|phase\.proving|counting|diagnosing|claiming|acting|rehearsing|settling|idle/;

/** How long it goes on: some hours, now and then a day. */
export function horizonOf(seed: number): number {
  const random = randomOf(seed, 'horizon');
  return (random.chance(0.02) ? 12 + random.below(12) : 1 + random.below(3)) * 60 * minute;
}

const pairsMean = 12;

export function drawStrikes(seed: number): readonly Strike[] {
  const random = randomOf(seed, 'faults');
  const horizonMs = horizonOf(seed);
  const aimed = Array.from({ length: 3 + random.below(2 * (pairsMean - 3)) }, (_, at) =>
    drawAimed(random, horizonMs, seed * pairsMean + at),
  );
  const trouble = Array.from({ length: 1 + random.below(5) }, () =>
    strikeOf(random, random.pick(grave) ?? 'cut-clean', { afterMs: random.below(horizonMs) }),
  );
  const amid = Array.from({ length: random.below(3) }, () => amidRemedy(random));
  return [...aimed.flat(), ...trouble, ...amid];
}

/** Steps through the grid so that neighbours in it are far apart: prime, and no divisor of the number of pairs. */
const stride = 7_919;

/** The n-th pair of the grid, and what leads into its state. */
function drawAimed(random: Random, horizonMs: number, n: number): readonly Strike[] {
  const place = (n * stride) % (states.length * faultKinds.length);
  const state = states[place % states.length] ?? 'escalation.watching';
  const kind = faultKinds[Math.floor(place / states.length)] ?? 'cut-clean';
  const nth = fleeting.test(state) ? 1 : 1 + random.below(2);
  const aimed = strikeOf(random, kind, { state, nth, laterMs: drawDelayMs(random, state) });
  const laid = random.pick(lures[state] ?? []) ?? [];
  return [...laid.map((lure) => drawLure(random, horizonMs, lure)), aimed];
}

function drawLure(random: Random, horizonMs: number, { kind, at, lastsMs = 30 * minute }: Lure): Strike {
  const anyTime = { afterMs: at === 'early' ? 0 : random.below(horizonMs * 0.8) };
  const when = at === undefined || at === 'early' ? anyTime : { state: at, nth: 1, laterMs: random.below(200) };
  return { ...strikeOf(random, kind, when), lastsMs };
}

function drawDelayMs(random: Random, state: string): number {
  if (random.chance(fleeting.test(state) ? 0.8 : 0.3)) return 0;
  return fleeting.test(state) || random.chance(0.5) ? random.below(40) : random.below(30_000);
}

function amidRemedy(random: Random): Strike {
  const state = random.chance(0.5) ? moments[0] : (random.pick(moments) ?? moments[0]);
  const kind = random.chance(0.4) ? 'supervisor-kill' : (random.pick(sudden) ?? 'supervisor-kill');
  const laterMs = random.pick([0, random.below(30), random.below(12_000)]) ?? 0;
  return strikeOf(random, kind, { state, nth: 1 + random.below(2), laterMs });
}

function strikeOf(random: Random, kind: FaultKind, when: Strike['when']): Strike {
  const lastsMs = random.pick([random.below(minute), random.below(10 * minute), random.below(90 * minute)]) ?? minute;
  return { kind, when, lastsMs, pick: random.next(), strength: random.next() };
}
