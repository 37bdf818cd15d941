/** The back door of a simulated server: faults, restart, request log and counters as JSON on a port of its own. */
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CodedError, type ErrorCode, toErrorData } from '../core/errors.ts';
import type { FaultReport } from './faults.ts';
import type { RequestLog } from './request-log.ts';

/** The part of a fault box that the back door needs. */
interface FaultControl {
  add(input: unknown): FaultReport;
  remove(id: string): boolean;
  clear(): number;
  list(): readonly FaultReport[];
}

export interface AdminOptions {
  readonly faults: FaultControl;
  readonly log: RequestLog;
  /** Everything else that `GET /stats` shows. */
  readonly stats: () => object;
  /** Drops sessions and sockets, and stays away for `downMs` milliseconds. */
  readonly restart: (downMs: number) => Promise<void>;
  /** Resolves when the listener has followed the last change of the faults. */
  readonly settled: () => Promise<void>;
  /** Adds the routes of the simulated product's own domain. */
  readonly routes?: (admin: FastifyInstance) => void;
}

const restartSchema = z.strictObject({ downMs: z.int().min(0).max(3_600_000).default(0) }).optional();
const logQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(20_000).default(1000),
});

const statusByCode: { readonly [code in ErrorCode]?: number } = { SW_USAGE: 400, SW_NOT_FOUND: 404 };

/** The admin application, not yet listening. Errors answer `{ code, message }`. */
export function adminServer(options: AdminOptions): FastifyInstance {
  const admin = Fastify({ logger: false, forceCloseConnections: true });
  acceptEmptyJson(admin);
  admin.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) {
      return reply.code(400).send({ code: 'SW_USAGE', message: z.prettifyError(error) });
    }
    const data = toErrorData(error);
    return reply.code(statusByCode[data.code] ?? 500).send(data);
  });
  addFaultRoutes(admin, options);
  addLogRoutes(admin, options);
  admin.post('/restart', async (request, reply) => {
    await options.restart(restartSchema.parse(request.body)?.downMs ?? 0);
    return reply.code(204).send();
  });
  options.routes?.(admin);
  return admin;
}

function addFaultRoutes(admin: FastifyInstance, { faults, settled }: AdminOptions): void {
  admin.get('/faults', async () => ({ faults: faults.list() }));
  admin.post('/faults', async (request, reply) => {
    const added = faults.add(request.body);
    await settled();
    return reply.code(201).send(added);
  });
  admin.delete('/faults', async () => {
    const removed = faults.clear();
    await settled();
    return { removed };
  });
  admin.delete<{ Params: { id: string } }>('/faults/:id', async (request, reply) => {
    if (!faults.remove(request.params.id)) {
      throw new CodedError('SW_NOT_FOUND', {
        doing: 'removing a fault',
        expected: `one of the ids ${
          faults
            .list()
            .map(({ id }) => id)
            .join(', ') || '(there are none)'
        }`,
        found: request.params.id,
        todo: 'Read GET /faults for those that are active',
      });
    }
    await settled();
    return reply.code(204).send();
  });
}

function addLogRoutes(admin: FastifyInstance, { log, stats, faults }: AdminOptions): void {
  admin.get('/log', async (request) => {
    const { after, limit } = logQuerySchema.parse(request.query);
    const entries = log.after(after, limit);
    return { entries, next: entries.at(-1)?.seq ?? after, counters: log.counters() };
  });
  admin.delete('/log', async (_request, reply) => {
    log.clear();
    return reply.code(204).send();
  });
  admin.get('/stats', async () => ({ ...stats(), requests: log.counters(), faults: faults.list() }));
}

/** Clients that always send a JSON content type also send it with no body at all. */
function acceptEmptyJson(admin: FastifyInstance): void {
  admin.removeContentTypeParser('application/json');
  admin.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body).trim();
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch (cause) {
      done(
        new CodedError('SW_USAGE', {
          doing: 'reading the body of an admin request',
          expected: 'JSON',
          found: text.slice(0, 80),
          todo: 'Send valid JSON or no body',
          cause,
        }),
      );
    }
  });
}
