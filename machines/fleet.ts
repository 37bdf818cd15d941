/**
 * The fleet: what concerns all integrations of a supervisor. It tells a storm from single faults, gives each component to
 * one remedy at a time, lets one restart serve all that wait for it, and knows the brake and the dry run.
 */
import { timeOf } from './effect.ts';
import { type FleetContext, newFleet } from './fleet/memory.ts';
import { fleet, type StormNews } from './fleet/setup.ts';
import type { Decision } from './foundation.ts';

const decideStorm = {
  type: 'decide',
  params: ({ context }: { context: FleetContext }): Decision => ({
    what: 'A storm: the ladders of all integrations hold.',
    because: `${context.storm?.among.length ?? 0} of ${context.size} integrations began to fail together, and no component that they share explains it.`,
    evidence: { among: context.storm?.among ?? [] },
  }),
} as const;

const tellStorm = (kind: StormNews['kind'], message: string) =>
  ({
    type: 'tellStorm',
    params: ({ context, event }: { context: FleetContext; event: { type: string } }): StormNews => ({
      at: timeOf(event),
      kind,
      among: context.storm?.among ?? [],
      message,
    }),
  }) as const;

const begun = {
  guard: 'stormBegins',
  target: 'holding',
  actions: ['beginStorm', decideStorm, tellStorm('storm', 'Nothing is restarted while so many fail together.')],
} as const;

const decided = (what: string, because: string) => ({ type: 'decide', params: { what, because } }) as const;

const over = {
  guard: 'stormIsOver',
  target: 'cooling',
  actions: ['coolDown', decided('The storm is over.', 'Most of those that failed together are well again.')],
} as const;

export const fleetMachine = fleet.createMachine({
  id: 'fleet@2',
  context: ({ input }) => newFleet(input),
  type: 'parallel',
  states: {
    storm: {
      initial: 'calm',
      states: {
        calm: { on: { 'condition.noted': { ...begun } } },
        /** Nothing is restarted. */
        holding: {
          after: {
            stormHold: {
              target: 'cautious',
              actions: [
                'beCautious',
                decided('The storm lasts: one integration at a time may act.', 'It has been waited for long enough.'),
                'settleClaims',
              ],
            },
          },
          on: { 'condition.noted': over },
        },
        /** One at a time. */
        cautious: { on: { 'condition.noted': over } },
        cooling: {
          after: {
            coolDown: {
              target: 'calm',
              actions: [tellStorm('storm-over', 'The ladders go on.'), 'endStorm', 'settleClaims'],
            },
          },
          on: { 'condition.noted': { ...begun } },
        },
      },
    },
    claims: {
      initial: 'serving',
      on: {
        'claim.asked': { actions: ['takeClaim'] },
        'claim.released': { actions: ['takeBack'] },
      },
      states: {
        serving: { always: { guard: 'isHolding', target: 'guarding', actions: ['guardFirst'] } },
        /**
         * Somebody works on a component: it is taken back from whoever keeps it too long. One holder is measured at a
         * time, by a timer that knows absences and jumps of the clock; dates would not.
         */
        guarding: {
          after: { expiry: { target: 'serving', actions: ['expire'] } },
          on: { 'claim.released': { guard: 'endsGuarded', target: 'serving', actions: ['takeBack'] } },
        },
      },
    },
    directives: {
      on: {
        'fleet.configured': { actions: ['configure'] },
        'condition.told': { actions: ['noteCondition', 'tellNoted'] },
        'brake.applied': { actions: ['applyBrake'] },
        'brake.released': { actions: ['releaseBrake', 'settleClaims'] },
        'dry-run.begun': { actions: ['beginDryRun'] },
        'dry-run.ended': { actions: ['endDryRun', 'settleClaims'] },
      },
    },
  },
});

/**
 * What a runtime registers beside it. A component stays in hands that could not give it back because the supervisor was
 * away: they take up their remedy again, with its whole time. News that nobody could hear end no storm.
 */
export const fleetTimers = { expiry: 'restart', stormHold: 'remaining', coolDown: 'remaining' } as const;
