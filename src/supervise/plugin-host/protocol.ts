/** What a supervisor and its plugin hosts say to each other over IPC; parsed on both sides. */
import { z } from 'zod';
import { probeReportSchema } from '../../../machines/events.ts';
import { modeSchema, proofSchema, runReportSchema, runResultSchema } from '../../sync/run-result.ts';

const call = z.number().int();

/** From the supervisor to a host. */
export const orderSchema = z.discriminatedUnion('kind', [
  /** Starts the plugin of an integration (its configuration, parsed again by the host), stopping it first if it runs. */
  z.object({ kind: z.literal('start'), call, integration: z.string(), config: z.unknown(), directory: z.string() }),
  z.object({ kind: z.literal('stop'), call, integration: z.string() }),
  z.object({ kind: z.literal('probe'), call, integration: z.string() }),
  z.object({ kind: z.literal('check'), call, integration: z.string() }),
  z.object({
    kind: z.literal('synchronize'),
    call,
    integration: z.string(),
    runId: z.string(),
    mode: modeSchema,
  }),
  /** Gives up a call; it still answers, with the error that the abort caused. */
  z.object({ kind: z.literal('abort'), call }),
]);
export type Order = z.infer<typeof orderSchema>;

/** Order without its call number, which the sender adds. */
export type Request = Order extends infer O ? (O extends { kind: 'abort' } ? never : Omit<O & object, 'call'>) : never;

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** From a host to the supervisor. */
export const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heartbeat'), at: z.number() }),
  z.object({ kind: z.literal('report'), call, report: runReportSchema }),
  z.object({ kind: z.literal('answer'), call, value: z.unknown() }),
  z.object({ kind: z.literal('error'), call, error: errorSchema }),
]);
export type Message = z.infer<typeof messageSchema>;

/** The schema of the answer to each kind of request. */
export const answerSchemas = {
  start: z.object({ startedAt: z.number() }),
  stop: z.null(),
  probe: probeReportSchema,
  check: proofSchema,
  synchronize: runResultSchema,
} as const;
