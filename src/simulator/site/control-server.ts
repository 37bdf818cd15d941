/** The site's service manager: restarts the proxy when the ladder asks for it, and lends a hand to the fault panel. */
import { fastify } from 'fastify';
import { z } from 'zod';
import { siteFaults } from './faults.ts';
import type { Site } from './site.ts';

const restartSchema = z.looseObject({ idempotencyKey: z.string() });
const switchSchema = z.strictObject({ active: z.boolean() });

/** Listens on a free loopback port. */
export async function startControlServer(site: Site): Promise<{ url: string; close: () => Promise<void> }> {
  const app = fastify();
  const faults = siteFaults(site);

  app.post('/services/proxy/restart', async (incoming) => {
    const { idempotencyKey } = restartSchema.parse(incoming.body);
    // Asked twice with one key, the work is done once.
    if (!site.proxyRestartKeys.includes(idempotencyKey)) {
      site.proxyRestartKeys.push(idempotencyKey);
      await site.proxy.kill('SIGKILL');
      await site.startProxy();
      await site.onProxyRestarted();
    }
    return { startedAt: site.proxy.startedAt };
  });
  app.get('/services/proxy', async (_, reply) => {
    const { startedAt } = site.proxy;
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
