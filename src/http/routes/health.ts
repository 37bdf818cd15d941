/** Health of this process alone: the outage of a source is never reported as our own death. */
import { z } from 'zod';
import { problemSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { shownText } from '../disclosure.ts';

const checkSchema = z.object({ name: z.string(), ok: z.boolean(), message: z.string() });
const readySchema = z.object({ ready: z.literal(true), checks: z.array(checkSchema).optional() });
const unreadySchema = problemSchema.extend({ ready: z.literal(false), checks: z.array(checkSchema).optional() });
/** `?verbose` alone counts, as in other servers of this kind. */
const readyQuery = z.object({ verbose: z.enum(['', 'true', 'false', '1', '0']).optional() });

export function healthRoutes(app: App, options: AppOptions): void {
  const alive = { summary: 'Whether this process answers', response: { 200: z.object({ alive: z.literal(true) }) } };
  app.get('/livez', { schema: alive }, async () => ({ alive: true as const }));

  const ready = {
    summary: 'Whether what happens is still recorded and acted upon',
    querystring: readyQuery,
    response: { 200: readySchema, 503: unreadySchema },
  };
  app.get('/readyz', { schema: ready }, async ({ query: { verbose } }, reply) => {
    const isVerbose = verbose !== undefined && verbose !== 'false' && verbose !== '0';
    const checks = isVerbose ? { checks: checksOf(options) } : {};
    const failure = options.runtime.failure();
    if (failure === null) return { ready: true as const, ...checks };
    const code = 'code' in failure && typeof failure.code === 'string' ? failure.code : 'SW_INTERNAL';
    return reply.code(503).send({ code, message: shownText(failure.message), ready: false as const, ...checks });
  });
}

/** Only the first decides; an integration that was set aside is told, but the others are still supervised. */
function checksOf({ runtime, integrations }: AppOptions): z.infer<typeof checkSchema>[] {
  const failure = runtime.failure();
  const commits = {
    name: 'runtime',
    ok: failure === null,
    message: shownText(failure?.message ?? 'Steps are recorded.'),
  };
  return [
    commits,
    ...integrations.map(({ id }) => {
      const ok = runtime.record(id) !== undefined;
      return { name: `integration ${id}`, ok, message: ok ? 'It is supervised.' : 'It was set aside; see the log.' };
    }),
  ];
}
