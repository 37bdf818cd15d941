/** Invents what happens at the doors of the simulated site, from the seed, for people and doors that exist. */
import { seededRandom } from '../seeded-random.ts';
import type { LoggedEvent } from './event-log.ts';
import type { SipassWorld } from './world.ts';

/** Names of events as the vendor's plugin guide lists them (Genetec, "How SiPass events are mapped"). */
export const eventNames = [
  'Access Granted',
  'Access Denied',
  'Access To AP Area',
  'Daily Code',
  'Access Not Granted',
  'Bad Daily Code',
  'Badge Collision',
  'Card At Disabled',
  'Card Expired',
  'AC Power Failed',
  'APB Area Count Reset',
  'Battery Failed',
  'Battery Low',
  'Communication Lost',
  'Communication Restored',
] as const;
export type EventName = (typeof eventNames)[number];

/** Names of events in which nobody shows a card, and no door takes part: they are about a controller. */
const ofControllers: ReadonlySet<string> = new Set<EventName>([
  'AC Power Failed',
  'APB Area Count Reset',
  'Battery Failed',
  'Battery Low',
  'Communication Lost',
  'Communication Restored',
]);

export interface HappeningsOrder {
  readonly count: number;
  /** Which ones; drawn from where there are several. Default: four of five times `Access Granted`, else any. */
  readonly names?: readonly EventName[] | undefined;
  /** Who; drawn from. Default: all there are. */
  readonly cardholders?: readonly string[] | undefined;
  /** Over how many milliseconds before now they are spread. */
  readonly spreadMs: number;
}

/** Lets things happen; the same ones for the same seed and history. */
export function letHappen(world: SipassWorld, order: HappeningsOrder): readonly LoggedEvent[] {
  const { count, names, spreadMs } = order;
  const { events, clock, options, site } = world;
  const random = seededRandom(`${options.seed}:happenings:${events.feedId}:${events.last}`);
  const people = order.cardholders ?? world.cardholders.order('Token');
  const now = clock.now();
  return Array.from({ length: count }, (_, index) => {
    const usual = random.chance(0.8);
    const name = drawFrom(random, names ?? (usual ? ['Access Granted'] : eventNames)) ?? 'Access Granted';
    const isOfController = ofControllers.has(name);
    const point = drawFrom(random, site.accessPoints);
    const person = drawFrom(random, people);
    return events.append({
      name,
      at: now - Math.floor((spreadMs * (count - 1 - index)) / Math.max(1, count)),
      cardholder: isOfController ? null : (person ?? null),
      accessPoint: isOfController ? null : (point?.token ?? null),
      pointName: isOfController ? 'Controller 1' : (point?.name ?? null),
    });
  });
}

function drawFrom<T>(random: { integer(min: number, max: number): number }, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[random.integer(0, items.length - 1)];
}
