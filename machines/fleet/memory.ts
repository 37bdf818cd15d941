/** What the fleet remembers of all integrations of one supervisor, and the policy it keeps. */
import { z } from 'zod';
import type { Reason } from '../events.ts';
import type { Verdict } from '../foundation.ts';
import { budgetSchema, hours, milliseconds, minutes } from '../units.ts';

export const fleetPolicySchema = z.strictObject({
  /** Many failing together have one cause that no restart heals: the network, the target. */
  storm: z
    .strictObject({
      /** More than this share of all integrations ... */
      share: z.number().min(0).max(1).default(0.4),
      /** ... and at least so many ... */
      countMin: z.number().int().min(2).default(3),
      /** ... that began to fail within this time hold the ladders of all. */
      withinMs: milliseconds.min(1).default(minutes(2)),
      /** After so long one integration at a time may act, storm or not. */
      holdMsMax: milliseconds.min(1).default(minutes(15)),
      /** Rest after a storm: news of recovery arrive unevenly. */
      coolDownMs: milliseconds.min(1).default(minutes(5)),
    })
    .prefault({}),
  /** Most remedies of all integrations together within a rolling window; null for no limit. */
  budget: budgetSchema.nullable().default({ max: 20, windowMs: hours(1) }),
  /** Most integrations that one remedy may touch without a person; null for no limit. */
  blastRadiusMax: z.number().int().min(1).nullable().default(null),
  /** Everything is decided and written down, and nothing is done. */
  dryRun: z.boolean().default(false),
  /** Pause before an integration that was told to wait asks again. */
  retryAfterMs: milliseconds.min(1).default(30_000),
});
export type FleetPolicy = z.infer<typeof fleetPolicySchema>;

/** What an integration shares with others. */
export const memberSchema = z.strictObject({
  /** The plugin host that carries its plugin. */
  server: z.string(),
  /** Addresses of both sides: equal ones are one system. */
  source: z.string(),
  target: z.string(),
  /** Which component each of its remedies restarts; a remedy that is not named restarts nothing that is shared. */
  components: z.record(z.string(), z.string()),
});
export type Member = z.infer<typeof memberSchema>;

export const claimRequestSchema = z.strictObject({
  claim: z.string().min(1),
  integration: z.string().min(1),
  rung: z.string(),
  remedy: z.string(),
  /** As long as it may be held, milliseconds. */
  holdMs: milliseconds,
  /** A remedy of somebody else that was done after this moment counts as this one; epoch milliseconds. */
  since: z.number().int(),
  /** Asked for by a person: only mutual exclusion stands against it. */
  manual: z.boolean().default(false),
});
export type ClaimRequest = z.infer<typeof claimRequestSchema>;

export interface FleetClaim extends ClaimRequest {
  readonly askedAt: number;
  /** Null for what touches nothing that is shared. */
  readonly component: string | null;
  /** Null while the component is in other hands. */
  readonly verdict: Verdict | null;
}

/** Who works on a component, and until when at the latest if no clock jumps and the supervisor is never away. */
export interface Holder {
  readonly claim: string;
  readonly integration: string;
  readonly rung: string;
  readonly grantedAt: number;
  readonly until: number;
}

export interface FleetContext {
  readonly policy: FleetPolicy;
  readonly members: { readonly [integration: string]: Member };
  readonly size: number;
  /** Integrations that deviate, with when that was told first. */
  readonly deviating: { readonly [integration: string]: { readonly since: number; readonly because: Reason } };
  /** Newest last; those that have their verdict and hold nothing are bounded. */
  readonly claims: { readonly [claim: string]: FleetClaim };
  readonly holders: { readonly [component: string]: Holder };
  /** The claim whose holder has its time measured. */
  readonly guarded: string | null;
  /** When a remedy on the component was last done, for whom, and whether a person had asked for it. */
  readonly done: {
    readonly [component: string]: { readonly at: number; readonly integration: string; readonly manual?: boolean };
  };
  /** When remedies were granted, within the window of the budget. */
  readonly acts: readonly number[];
  readonly stormPhase: 'calm' | 'holding' | 'cautious' | 'cooling';
  readonly storm: { readonly since: number; readonly among: readonly string[] } | null;
  readonly brake: { readonly at: number; readonly by: string; readonly reason: string } | null;
  readonly dryRun: { readonly at: number; readonly by: string } | null;
}

export interface FleetInput {
  readonly policy: FleetPolicy;
  readonly at: number;
}

export function newFleet({ policy }: FleetInput): FleetContext {
  return {
    policy,
    members: {},
    size: 0,
    deviating: {},
    claims: {},
    holders: {},
    guarded: null,
    done: {},
    acts: [],
    stormPhase: 'calm',
    storm: null,
    brake: null,
    dryRun: null,
  };
}
