/** One supervised pair: connection, synchronization, ladder, tasks and directives side by side, held by one commit. */
import { connectionMachine, connectionRegion } from './connection.ts';
import { newMemory } from './context.ts';
import { timeOf } from './effect.ts';
import { escalationMachine, escalationRegion } from './escalation.ts';
import { foundation } from './foundation.ts';
import { synchronizationMachine, synchronizationRegion } from './synchronization.ts';
import { tasksMachine, tasksRegion } from './tasks.ts';

const regions = [connectionMachine, synchronizationMachine, escalationMachine, tasksMachine];

/** What the regions named in their own setups. A test holds that no two give one name two meanings. */
const merged = (kind: 'actions' | 'guards' | 'delays'): object =>
  Object.assign({}, ...regions.map((region) => region.implementations[kind]));

const integrationSetup = foundation.extend({
  actions: {
    ...merged('actions'),
    placeHold: foundation.assign(({ context, event }) => {
      if (event.type !== 'hold.placed') return {};
      const others = context.holds.filter((hold) => hold.name !== event.name);
      return { holds: [...others, { name: event.name, reason: event.reason, placedAt: timeOf(event) }] };
    }),
    releaseHold: foundation.assign(({ context, event }) =>
      event.type === 'hold.released' ? { holds: context.holds.filter((hold) => hold.name !== event.name) } : {},
    ),
    changePolicy: foundation.assign(({ event }) => (event.type === 'policy.changed' ? { policy: event.policy } : {})),
  },
  guards: { ...merged('guards') },
  delays: { ...merged('delays') },
});

// Each region was checked against its own setup, and all its implementations are in `merged`: only the compiler
// cannot see that the union of the setups contains each of them.
type Region = Parameters<typeof integrationSetup.createStateConfig>[0];
const regionOf = (config: object) => config as Region;

/**
 * The composition. Facts that one region raises reach the others inside the same step; each region's rules live in its
 * own file, and each can be run alone.
 */
export const integrationMachine = integrationSetup.createMachine({
  id: 'integration@3',
  context: ({ input }) => newMemory(input),
  type: 'parallel',
  states: {
    connection: regionOf(connectionRegion),
    synchronization: regionOf(synchronizationRegion),
    escalation: regionOf(escalationRegion),
    tasks: regionOf(tasksRegion),
    /** What people laid down; it takes effect in the other regions. */
    directives: {
      on: {
        'hold.placed': { actions: ['placeHold'] },
        'hold.released': { actions: ['releaseHold'] },
        'policy.changed': { actions: ['changePolicy'] },
        'integration.restarted': {
          actions: [
            {
              type: 'decide',
              params: ({ event }: { event: { because: string } }) => ({
                what: 'began anew from what is observed',
                because: event.because,
              }),
            },
          ],
        },
      },
    },
  },
});

/**
 * What a runtime registers beside it. Silence that nobody listened to is no silence: time in which the supervisor was
 * away, or that the clock has skipped, makes no run stalled, confirms no deviation, cuts no diagnosis short, fails no proof
 * and ends no probation. A remedy that is taken up again has its whole time again, and whoever waits for it waits on.
 */
export const integrationTimers = {
  stallDue: 'restart',
  confirm: 'remaining',
  diagnoseTimeout: 'restart',
  proofTimeout: 'remaining',
  reset: 'remaining',
  claimTimeout: 'remaining',
  rungTimeout: 'restart',
  settled: 'remaining',
} as const;
