/** What a supervisor and its plugin hosts say to each other over IPC; parsed on both sides. */
import { z } from 'zod';
import { probeReportSchema } from '../../../machines/events.ts';
import { entityRefSchema } from '../../sync/index/entity-index.ts';
import { modeSchema, proofSchema, runReportSchema, runResultSchema } from '../../sync/run-result.ts';
import {
  countSchema,
  differenceSchema,
  dryRunResultSchema,
  entityResultSchema,
  rebuiltSchema,
  rejectedPageSchema,
  takenOverSchema,
} from './on-demand.ts';
import { relayStatusSchema } from './relaying.ts';

const call = z.number().int();
const types = z.array(z.string()).nullable();
const refs = z.array(entityRefSchema);
/** What every order to a plugin says first. */
const to = { call, integration: z.string() };

/** Most differences of one message, and most messages that a host is ahead of its supervisor. */
export const partItemsMax = 200;
export const partsAheadMax = 4;

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
    types,
    approveDeletes: z.boolean(),
  }),
  z.object({ kind: z.literal('verify'), ...to }),
  /** Answered by parts, and at last by null. */
  z.object({ kind: z.literal('diff'), ...to, types }),
  z.object({ kind: z.literal('dry-run'), ...to, mode: modeSchema, types }),
  z.object({ kind: z.literal('synchronize-entity'), ...to, of: z.string(), key: z.string() }),
  z.object({ kind: z.literal('list-rejected'), ...to, after: z.string().nullable(), limit: z.number().int() }),
  z.object({ kind: z.literal('retry-rejected'), ...to, refs: z.union([z.literal('all'), refs]) }),
  z.object({ kind: z.literal('drop-rejected'), ...to, refs }),
  z.object({ kind: z.literal('rebuild-index'), ...to }),
  z.object({ kind: z.literal('take-over'), ...to, by: z.string() }),
  z.object({ kind: z.literal('events'), ...to }),
  /** One more part may come. */
  z.object({ kind: z.literal('more'), call }),
  /** Gives up a call; it still answers, with the error that the abort caused. */
  z.object({ kind: z.literal('abort'), call }),
]);
export type Order = z.infer<typeof orderSchema>;

/** Order without its call number, which the sender adds. */
export type Request = Order extends infer O
  ? O extends { kind: 'abort' | 'more' }
    ? never
    : Omit<O & object, 'call'>
  : never;

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** From a host to the supervisor. */
export const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heartbeat'), at: z.number() }),
  z.object({ kind: z.literal('report'), call, report: runReportSchema }),
  z.object({ kind: z.literal('part'), call, part: z.array(differenceSchema).max(partItemsMax) }),
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
  verify: proofSchema,
  diff: z.null(),
  'dry-run': dryRunResultSchema,
  'synchronize-entity': entityResultSchema,
  'list-rejected': rejectedPageSchema,
  'retry-rejected': countSchema,
  'drop-rejected': countSchema,
  'rebuild-index': rebuiltSchema,
  'take-over': takenOverSchema,
  events: relayStatusSchema,
} as const;
