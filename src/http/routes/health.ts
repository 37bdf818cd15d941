/** Health of this process alone: the outage of a source is never reported as our own death. */
import { z } from 'zod';
import type { App, AppOptions } from '../app.ts';

const readySchema = z.object({ ready: z.boolean(), why: z.string().nullable() });

export function healthRoutes(app: App, { runtime }: AppOptions): void {
  app.get('/livez', { schema: { response: { 200: z.object({ alive: z.literal(true) }) } } }, async () => ({
    alive: true as const,
  }));
  app.get('/readyz', { schema: { response: { 200: readySchema, 503: readySchema } } }, async (_, reply) => {
    const failure = runtime.failure();
    return reply.code(failure ? 503 : 200).send({ ready: failure === null, why: failure?.message ?? null });
  });
}
