/** The site's service manager: restarts what the ladder asks for, and lends a hand to the fault panel. */
import { fastify } from 'fastify';
import { z } from 'zod';
import { siteFaults } from './faults.ts';
import type { Site } from './site.ts';

const restartSchema = z.looseObject({ idempotencyKey: z.string() });
interface Named {
  readonly Params: { readonly name: string };
}
const switchSchema = z.strictObject({ active: z.boolean() });

/** Listens on a free loopback port. */
export async function startControlServer(site: Site): Promise<{ url: string; close: () => Promise<void> }> {
  const app = fastify();
  const faults = siteFaults(site);

  app.post<Named>('/services/:name/restart', async ({ params, body }, reply) => {
    const service = site.findService(params.name);
    if (!service) return reply.code(404).send({ code: 'SW_NOT_FOUND', message: 'There is no service of that name.' });
    await service.restart(restartSchema.parse(body).idempotencyKey);
    return { startedAt: service.process.startedAt };
  });
  app.get<Named>('/services/:name', async ({ params }, reply) => {
    const startedAt = site.findService(params.name)?.process.startedAt ?? null;
    return startedAt === null ? reply.code(503).send({ stopped: true }) : { startedAt };
  });

  app.get('/api/v1/demo', async () => ({
    title: 'Simulated site',
    faults: faults.map(({ id, title, description, oneShot, isActive }) => ({
      id,
      title,
      description,
      oneShot,
      active: isActive(),
    })),
  }));
  app.post<{ Params: { id: string } }>('/api/v1/demo/faults/:id', async (incoming, reply) => {
    const fault = faults.find(({ id }) => id === incoming.params.id);
    if (!fault) return reply.code(404).send({ code: 'SW_NOT_FOUND', message: 'There is no fault of that name.' });
    const { active } = switchSchema.parse(incoming.body);
    await (active ? fault.strike() : fault.mend());
    return { id: fault.id, active: fault.isActive() };
  });

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: async () => void (await app.close()) };
}
