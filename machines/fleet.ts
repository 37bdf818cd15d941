/**
 * The fleet: what concerns all integrations of a supervisor. It tells a storm from single faults, gives each component to
 * one remedy at a time, lets one restart serve all that wait for it, and knows the brake and the dry run.
 */
import { setup } from 'xstate';
import { z } from 'zod';
import { timeOf } from './effect.ts';
import { reasonSchema } from './events.ts';
import { askFor, expire, firstHolder, giveBack, guardMs, settle } from './fleet/claims.ts';
import {
  claimRequestSchema,
  type FleetContext,
  type FleetInput,
  fleetPolicySchema,
  memberSchema,
  newFleet,
} from './fleet/memory.ts';
import { stormBegins, stormLasts } from './fleet/storm.ts';
import type { Decision } from './foundation.ts';

const at = z.number().int();
const by = z.string().min(1);

export const fleetEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('fleet.configured'),
    at,
    policy: fleetPolicySchema,
    members: z.record(z.string(), memberSchema),
  }),
  z.strictObject({ type: z.literal('claim.asked'), at, ...claimRequestSchema.shape }),
  z.strictObject({
    type: z.literal('claim.released'),
    at,
    claim: z.string(),
    outcome: z.enum(['done', 'failed', 'given-up']),
  }),
  /** An integration deviates, or is well again (`because` null). */
  z.strictObject({ type: z.literal('condition.told'), at, integration: z.string(), because: reasonSchema.nullable() }),
  z.strictObject({ type: z.literal('brake.applied'), at, by, reason: z.string() }),
  z.strictObject({ type: z.literal('brake.released'), at, by }),
  z.strictObject({ type: z.literal('dry-run.begun'), at, by }),
  z.strictObject({ type: z.literal('dry-run.ended'), at, by }),
]);
export type FleetEvent = z.infer<typeof fleetEventSchema>;

/** With the fact that the fleet tells itself. */
type Event = FleetEvent | { readonly type: 'condition.noted'; readonly at: number };

/** A storm began or is over: told to people, once for all integrations. */
export interface StormNews {
  readonly at: number;
  readonly kind: 'storm' | 'storm-over';
  readonly among: readonly string[];
  readonly message: string;
}

const fleetSetup = setup({
  types: {
    context: {} as FleetContext,
    // What was noted is judged in the same step, by rules that see it.
    events: {} as Event,
    input: {} as FleetInput,
  },
  actions: {
    decide: (_, _decision: Decision) => {},
    tellStorm: (_, _news: StormNews) => {},
  },
});

const configured = (context: FleetContext, event: Event): Partial<FleetContext> => {
  if (event.type !== 'fleet.configured') return {};
  const { policy, members } = event;
  const known = (integration: string) => members[integration] !== undefined;
  const deviating = Object.fromEntries(Object.entries(context.deviating).filter(([id]) => known(id)));
  return { policy, members, size: Object.keys(members).length, deviating };
};

const told = ({ deviating }: FleetContext, event: Event): Partial<FleetContext> => {
  if (event.type !== 'condition.told') return {};
  const { integration, because } = event;
  const { [integration]: before, ...others } = deviating;
  if (because === null) return { deviating: others };
  return { deviating: { ...others, [integration]: { since: before?.since ?? timeOf(event), because } } };
};

const fleet = fleetSetup.extend({
  actions: {
    configure: fleetSetup.assign(({ context, event }) => configured(context, event)),
    tellNoted: fleetSetup.raise(({ event }) => ({ type: 'condition.noted', at: timeOf(event) })),
    noteCondition: fleetSetup.assign(({ context, event }) => told(context, event)),
    takeClaim: fleetSetup.assign(({ context, event }) => {
      if (event.type !== 'claim.asked') return {};
      const { type: _type, at: askedAt, ...request } = event;
      return askFor(context, request, context.stormPhase, askedAt);
    }),
    takeBack: fleetSetup.assign(({ context, event }) =>
      event.type === 'claim.released' ? giveBack(context, event, context.stormPhase, timeOf(event)) : {},
    ),
    guardFirst: fleetSetup.assign(({ context }) => ({ guarded: firstHolder(context)?.claim ?? null })),
    expire: fleetSetup.assign(({ context, event }) => expire(context, context.stormPhase, timeOf(event))),
    settleClaims: fleetSetup.assign(({ context, event }) => settle(context, context.stormPhase, timeOf(event))),
    beginStorm: fleetSetup.assign(({ context, event }) => ({
      stormPhase: 'holding' as const,
      storm: { since: timeOf(event), among: stormBegins(context, timeOf(event)) ?? context.storm?.among ?? [] },
    })),
    beCautious: fleetSetup.assign({ stormPhase: 'cautious' }),
    coolDown: fleetSetup.assign({ stormPhase: 'cooling' }),
    endStorm: fleetSetup.assign({ stormPhase: 'calm', storm: null }),
    applyBrake: fleetSetup.assign(({ event }) =>
      event.type === 'brake.applied' ? { brake: { at: timeOf(event), by: event.by, reason: event.reason } } : {},
    ),
    releaseBrake: fleetSetup.assign({ brake: null }),
    beginDryRun: fleetSetup.assign(({ event }) =>
      event.type === 'dry-run.begun' ? { dryRun: { at: timeOf(event), by: event.by } } : {},
    ),
    endDryRun: fleetSetup.assign({ dryRun: null }),
  },
  guards: {
    stormBegins: ({ context, event }) => stormBegins(context, timeOf(event)) !== null,
    stormIsOver: ({ context }) => !stormLasts(context),
    isHolding: ({ context }) => firstHolder(context) !== null,
    endsGuarded: ({ context, event }) => event.type === 'claim.released' && event.claim === context.guarded,
  },
  delays: {
    expiry: ({ context }) => guardMs(context),
    stormHold: ({ context }) => context.policy.storm.holdMsMax,
    coolDown: ({ context }) => context.policy.storm.coolDownMs,
  },
});

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
  id: 'fleet@1',
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
