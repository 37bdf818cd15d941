/** What the fleet notes and tells, when it may do something, and how long it waits. */
import { setup } from 'xstate';
import { timeOf } from '../effect.ts';
import type { Decision } from '../foundation.ts';
import { askFor, expire, firstHolder, giveBack, guardMs, settle } from './claims.ts';
import type { FleetEvent } from './events.ts';
import type { FleetContext, FleetInput } from './memory.ts';
import { stormBegins, stormLasts } from './storm.ts';

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

export const fleet = fleetSetup.extend({
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
