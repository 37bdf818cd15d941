/** What the fleet hears, from integrations and from people. */
import { z } from 'zod';
import { reasonSchema } from '../events.ts';
import { claimRequestSchema, fleetPolicySchema, memberSchema } from './memory.ts';

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
