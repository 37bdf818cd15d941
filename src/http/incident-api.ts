/** The shapes of incidents in the HTTP API: the list, one with its timeline, and the bundle to hand on. See `api.ts`. */
import { z } from 'zod';
import { explanationSchema, fleetViewSchema } from './fleet-api.ts';
import { signatureViewSchema, tryViewSchema } from './ladder-api.ts';

const time = z.number().int();

/** An incident as a line of a list. */
export const incidentSummarySchema = z.object({
  integration: z.string(),
  /** Title of the integration. */
  title: z.string(),
  id: z.string(),
  /** When its first sign was seen. */
  beganAt: time,
  openedAt: time,
  /** Null while it is open. */
  endedAt: time.nullable(),
  because: z.object({ code: z.string(), message: z.string() }),
  /** What it was diagnosed as last. */
  signature: z.string().nullable(),
  /** How many tries there were. */
  tries: z.number().int(),
  /** The rung after which both sides were proven equal; null when it ended without one. */
  helped: z.string().nullable(),
  quarantinedAt: time.nullable(),
});
export type IncidentSummary = z.infer<typeof incidentSummarySchema>;

export const incidentListSchema = z.object({
  incidents: z.array(incidentSummarySchema),
  /** Goes on after this page as `after`; null on the last one. */
  next: z.string().nullable(),
  count: z.number().int(),
});

/** What happened, in one line: a decision of the ladder, a word of a person, evidence, or a change of state. */
export const timelineEntrySchema = z.object({
  seq: z.number().int(),
  at: time,
  kind: z.enum(['decision', 'person', 'evidence', 'fact']),
  what: z.string(),
  because: z.string().nullable(),
  evidence: z.record(z.string(), z.unknown()).nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const incidentViewSchema = z.object({
  incident: incidentSummarySchema.omit({ tries: true }).extend({
    signatures: z.array(signatureViewSchema),
    tries: z.array(tryViewSchema),
    triesDropped: z.number().int(),
  }),
  /** Oldest first. */
  timeline: z.array(timelineEntrySchema),
  /** False when the history does not reach back to the beginning, or entries were left out. */
  complete: z.boolean(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;

/** Everything about one incident, to hand on: secrets removed, bounded in size. */
export const incidentBundleSchema = incidentViewSchema.extend({
  kind: z.literal('syncwarden-incident'),
  format: z.literal(1),
  madeAt: time,
  /** Version of Syncwarden. */
  version: z.string(),
  /** The machine that the integration runs. */
  machine: z.string(),
  /** The policy as it was at the end of the incident, or is now where the history does not reach it. */
  policy: z.unknown(),
  policyFrom: z.enum(['incident', 'now']),
  /** Evidence of the newest diagnosis that is known. */
  evidence: z.record(z.string(), z.unknown()).nullable(),
  /** What past incidents of the integration taught. */
  lessons: z.array(
    z.object({ signature: z.string(), rung: z.string(), tried: z.number().int(), helped: z.number().int() }),
  ),
  /** Of an open incident: why the ladder does what it does. */
  explanation: explanationSchema.nullable(),
  fleet: fleetViewSchema.nullable(),
});
export type IncidentBundle = z.infer<typeof incidentBundleSchema>;
