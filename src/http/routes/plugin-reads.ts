/** What is read of a plugin as it is asked: the rejected records, page by page, and the differences, as a stream. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { typesSchema } from '../../../machines/mode.ts';
import { CodedError } from '../../core/errors.ts';
import { problemSchema } from '../api.ts';
import type { App, AppOptions, PluginReads } from '../app-options.ts';
import { differenceLines, differencesUpTo } from '../differences.ts';
import { shownText } from '../disclosure.ts';
import { viewOf } from '../look-up.ts';
import { differenceListSchema, eventsViewSchema, type RejectedView, rejectedListSchema } from '../plugin-api.ts';

const params = z.object({ id: z.string() });
const rejectedQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().min(1).max(1_000).optional(),
});
const diffQuery = z.object({
  /** Entity types, separated by commas; without it all. */
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(typesSchema)
    .optional(),
  /** Answers one JSON object with as many; without it a stream of JSON lines with all. */
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});
const errors = { 400: problemSchema, 404: problemSchema, 429: problemSchema, 502: problemSchema, 503: problemSchema };
const base = '/api/v1/integrations/:id';
/** Most comparisons at once: each reads the whole source. */
const diffsMax = 2;

export function pluginReadRoutes(app: App, options: AppOptions): void {
  const rejected = {
    summary: 'Records that the target refuses',
    params,
    querystring: rejectedQuery,
    response: { 200: rejectedListSchema, ...errors },
  };
  app.get(`${base}/rejected`, { schema: rejected }, async (request, reply) => {
    const { limit, after = null } = request.query;
    const page = await pluginOf(options, request.params.id).listRejected({
      after,
      limit,
      signal: untilClosed(reply.raw),
    });
    return { ...page, rejected: page.rejected.map(shownRejected) };
  });

  const events = { summary: 'How the relay of events stands', params };
  const eventsAnswer = z.object({ events: eventsViewSchema });
  app.get(
    `${base}/events`,
    { schema: { ...events, response: { 200: eventsAnswer, ...errors } } },
    async (request, reply) => ({
      events: await pluginOf(options, request.params.id).events({ signal: untilClosed(reply.raw) }),
    }),
  );

  const open = new Set<AbortController>();
  const diff = { summary: 'What differs, entity by entity', params, querystring: diffQuery };
  const schema = { ...diff, response: { 200: differenceListSchema, ...errors } };
  app.get(`${base}/diff`, { schema, exposeHeadRoute: false }, async (request, reply) => {
    const plugin = pluginOf(options, request.params.id);
    if (open.size >= diffsMax) throw tooMany();
    const ending = new AbortController();
    open.add(ending);
    reply.raw.once('close', () => {
      ending.abort(new Error('Nobody waits for the differences any more.'));
      open.delete(ending);
    });
    const { types = null, limit } = request.query;
    const parts = plugin.diff({ types, signal: ending.signal });
    if (limit !== undefined) return differencesUpTo(parts, limit);
    // What fails before the first difference is answered as a problem, not as a stream that breaks off.
    const lines = await differenceLines(parts);
    reply.headers({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' });
    // A stream passes the serializer of the schema by; each line was made by its own.
    return reply.send(Readable.from(lines) as never);
  });
  // fastify waits for open answers when it closes.
  app.addHook('preClose', async () => {
    for (const ending of open) ending.abort(new Error('The supervisor is closing.'));
  });
}

function untilClosed(response: NodeJS.EventEmitter): AbortSignal {
  const ending = new AbortController();
  response.once('close', () => ending.abort(new Error('Nobody waits for the answer any more.')));
  return ending.signal;
}

function pluginOf(options: AppOptions, id: string): PluginReads {
  viewOf(options, id); // an unknown one has no plugin
  if (options.plugin) return options.plugin(id);
  throw new CodedError('SW_PLUGIN_STOPPED', {
    doing: `asking the plugin of "${id}"`,
    expected: 'a supervisor with plugins',
    found: 'one without',
    todo: 'Ask the supervisor that carries the plugin',
  });
}

function shownRejected({ reason, ...rest }: RejectedView): RejectedView {
  return { ...rest, reason: { code: reason.code, message: shownText(reason.message) } };
}

function tooMany(): CodedError {
  return new CodedError('SW_MAILBOX_FULL', {
    doing: 'comparing both sides',
    expected: `fewer than ${diffsMax} comparisons at once`,
    found: 'as many',
    todo: 'Wait until one of them has ended',
  });
}
