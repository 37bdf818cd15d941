/** The shapes of the fleet and of what people ask of the ladder in the HTTP API. See `api.ts`. */
import { z } from 'zod';
import { requesterSchema } from './requester.ts';

const time = z.number().int();
const holder = z.object({
  integration: z.string(),
  rung: z.string(),
  grantedAt: time,
  /** It is taken out of these hands then at the latest. */
  until: time,
  /** Whether a person asked for it. */
  manual: z.boolean(),
});

/** What concerns all integrations together. */
export const fleetViewSchema = z.object({
  at: time,
  /** How many integrations there are. */
  size: z.number().int(),
  storm: z.object({
    /** `calm`: none. `holding`: nothing is restarted. `cautious`: one at a time. `cooling`: rest after one. */
    phase: z.enum(['calm', 'holding', 'cautious', 'cooling']),
    since: time.nullable(),
    among: z.array(z.string()),
    /** When the phase ends by itself; null where it does not. */
    until: time.nullable(),
  }),
  brake: z.object({ at: time, by: z.string(), reason: z.string() }).nullable(),
  /** `at` and `by` are null where the configuration asks for it. */
  dryRun: z.object({ at: time.nullable(), by: z.string().nullable() }).nullable(),
  deviating: z.array(z.object({ integration: z.string(), since: time, code: z.string(), message: z.string() })),
  /** Components that somebody works on, waits for, or that were restarted. */
  components: z.array(
    z.object({
      component: z.string(),
      /** Which integrations a restart of it touches. */
      touches: z.array(z.string()),
      held: holder.nullable(),
      waiting: z.array(z.object({ integration: z.string(), rung: z.string(), askedAt: time, manual: z.boolean() })),
      lastDone: z.object({ at: time, integration: z.string() }).nullable(),
    }),
  ),
  /** Remedies of all integrations together; null for no limit. */
  budget: z.object({ used: z.number().int(), max: z.number().int(), windowMs: z.number() }).nullable(),
  /** Most integrations that one remedy may touch without a person; null for no limit. */
  blastRadiusMax: z.number().int().nullable(),
});
export type FleetView = z.infer<typeof fleetViewSchema>;

/** Why the ladder does what it does, in whole sentences. */
export const explanationSchema = z.object({
  integration: z.string(),
  at: time,
  /** The clocks on which its times are told. */
  timeZone: z.string(),
  why: z.array(z.string()),
  done: z.array(z.string()),
  next: z.array(z.string()),
  changes: z.array(z.string()),
});
export type ExplanationView = z.infer<typeof explanationSchema>;

const rung = z.string().min(1).max(60);
export const approvalRequestSchema = z.strictObject({ rung, approve: z.boolean(), by: requesterSchema });
export const stepRequestSchema = z.strictObject({
  rung,
  done: z.boolean(),
  by: requesterSchema,
  note: z.string().max(2_000).default(''),
});
export const remedyRequestSchema = z.strictObject({ rung, requestedBy: requesterSchema });
export const brakeRequestSchema = z.strictObject({ reason: z.string().max(500).default(''), by: requesterSchema });
export const dryRunSwitchSchema = z.strictObject({ by: requesterSchema });
