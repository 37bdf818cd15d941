/** The shapes of the ladder in the HTTP API: rungs, the incident, what is asked of people. See `api.ts`. */
import { z } from 'zod';
import { modeSchema } from '../../machines/mode.ts';

const time = z.number().int();
const reason = z.object({ code: z.string(), message: z.string() });

export const rungViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What is done: `synchronize`, `person`, or the name of a configured remedy. */
  remedy: z.string(),
  /** What doing it costs and whom it touches, for people. */
  impact: z.string(),
  cost: z.enum(['none', 'low', 'medium', 'high']),
  /** The synchronization that proves it. */
  mode: modeSchema,
  /** What must be well before it makes sense. */
  needs: z.array(z.enum(['plugin', 'source', 'target'])),
  /** What a person is asked to do; empty unless the remedy is a person. */
  steps: z.array(z.string()),
  status: z.enum(['ready', 'current', 'tried', 'skipped', 'spent']),
  attempts: z.number().int(),
  attemptsMax: z.number().int(),
  /** How many of the budget are used in the rolling window; null = no budget. */
  budget: z.object({ used: z.number().int(), max: z.number().int(), windowMs: z.number() }).nullable(),
  /** In words, one each; empty: it may begin at any time. */
  windows: z.array(z.string()),
  /** When its windows let it begin: now or later; null when no opening is in sight. */
  opensAt: time.nullable(),
  /** Its cool-down ends then; null while it is not resting. */
  restsUntil: time.nullable(),
  lastUsedAt: time.nullable(),
  /** `not-needed`: by the policy. `by`: who has agreed, while it is the chosen one. */
  approval: z.object({
    status: z.enum(['not-needed', 'needed', 'asked', 'given']),
    askedAt: time.nullable(),
    expiresAt: time.nullable(),
    by: z.string().nullable(),
  }),
  /** What it restarts, as the fleet names it; null where nothing that is known is restarted. */
  component: z.string().nullable(),
  /** Which other integrations that touches. */
  touches: z.array(z.string()),
  /** Why it is skipped or spent. */
  note: z.string().nullable(),
});

export const tryViewSchema = z.object({
  rung: z.string(),
  title: z.string(),
  /** What the evidence looked like when it was chosen. */
  signature: z.string(),
  at: time,
  endedAt: time.nullable(),
  how: z.enum(['under-way', 'done', 'failed', 'timed-out', 'served', 'rehearsed']),
  message: z.string().nullable(),
});

/** What it was diagnosed as, in order. */
export const signatureViewSchema = z.object({ at: time, signature: z.string(), message: z.string() });

export const ladderViewSchema = z.object({
  status: z.enum([
    'watching',
    'confirming',
    'diagnosing',
    'waiting',
    'asking',
    'claiming',
    'acting',
    'instructing',
    'rehearsing',
    'settling',
    'proving',
    'quarantined',
  ]),
  incident: z
    .object({
      id: z.string(),
      /** When its first sign was seen. */
      beganAt: time,
      openedAt: time,
      because: z.string(),
      signature: z.string().nullable(),
      signatures: z.array(signatureViewSchema),
      tries: z.array(tryViewSchema),
      /** Earlier tries that are not kept. */
      triesDropped: z.number().int(),
    })
    .nullable(),
  quarantine: z.object({ since: time, reason: z.string(), message: z.string() }).nullable(),
  /** The chosen rung may act then at the earliest; null while none waits. */
  readyAt: time.nullable(),
  /** Why the chosen rung does not act although its time has come. */
  waitsFor: reason.nullable(),
  /** The right to act, as it was asked for at the fleet. */
  claim: z.object({ id: z.string(), askedAt: time }).nullable(),
  /** What a person is asked for now. */
  asks: z
    .object({
      kind: z.enum(['approval', 'steps']),
      rung: z.string(),
      title: z.string(),
      steps: z.array(z.string()),
      until: time.nullable(),
    })
    .nullable(),
  rungs: z.array(rungViewSchema),
  /** Remedies of all rungs together; null for no limit. */
  budget: z.object({ used: z.number().int(), max: z.number().int(), windowMs: z.number() }).nullable(),
  /** The last incidents that are over, newest first; `/api/v1/incidents` has more of them and of each. */
  past: z.array(
    z.object({
      id: z.string(),
      openedAt: time,
      endedAt: time,
      because: z.string(),
      signature: z.string().nullable(),
      helped: z.string().nullable(),
    }),
  ),
  /** What past incidents taught: shown, never acted upon. */
  lessons: z.array(
    z.object({ signature: z.string(), rung: z.string(), tried: z.number().int(), helped: z.number().int() }),
  ),
});

export type RungView = z.infer<typeof rungViewSchema>;
export type LadderView = z.infer<typeof ladderViewSchema>;
export type TryView = z.infer<typeof tryViewSchema>;
