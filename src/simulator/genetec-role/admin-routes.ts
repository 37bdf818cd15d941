/** The back door of the simulated role: how things stand, and everything that can go wrong. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Directory, Registered } from './directory.ts';
import { type RoleSettings, settingsSchema } from './options.ts';
import type { PluginRole } from './plugin-role.ts';
import type { Providers } from './providers.ts';
import type { ProxyLink } from './proxy-link.ts';
import type { ProxyService } from './proxy-service.ts';
import { componentNames, type Services } from './services.ts';
import { totalOf } from './source-entity.ts';
import { latestOf } from './tab.ts';

export interface AdminParts {
  readonly registered: Registered;
  readonly role: PluginRole;
  readonly proxy: ProxyService;
  readonly link: ProxyLink;
  readonly services: Services;
  readonly directory: Directory;
  readonly settings: RoleSettings;
  readonly providers: Providers;
  /** Resolves when the Directory knows the state of the role. */
  readonly publish: () => Promise<void>;
}

const cutSchema = z.strictObject({
  /** Waits until a synchronization has written that many. */
  afterEntities: z.int().min(0).optional(),
  /** Comes back by itself. */
  durationMs: z.int().min(1).max(3_600_000).optional(),
  /** Whether nobody else reaches the port either. */
  portClosed: z.boolean().default(false),
});
const hangSchema = z.strictObject({ healedBy: z.enum(['role', 'server']).default('role') });
const dropSchema = z.strictObject({
  type: z.string().min(1).default('Cardholder'),
  count: z.int().min(1).max(1_000_000).default(1),
});
const orderSchema = z.object({ component: z.enum(componentNames), action: z.enum(['stop', 'start', 'restart']) });
// Without the defaults: what is not named stays as it is.
const changeSchema = z.strictObject(
  Object.fromEntries(Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()])),
);

/** Adds the routes to the admin server. */
export function addRoleRoutes(admin: FastifyInstance, parts: AdminParts): void {
  const { role, services, directory, settings, publish } = parts;
  admin.get('/state', async () => stateOf(parts));
  admin.patch('/settings', async (request) => {
    Object.assign(settings, changeSchema.parse(request.body));
    await publish();
    return settings;
  });
  admin.post('/entities/drop', async (request) => {
    const { type, count } = dropSchema.parse(request.body ?? {});
    return { dropped: await directory.lose(type, count) };
  });
  admin.post('/synchronization/fail-next', async (_request, reply) => {
    role.desk.failNext();
    return reply.code(204).send();
  });
  admin.post('/role/hang', async (request, reply) => {
    role.hangUp(hangSchema.parse(request.body ?? {}).healedBy);
    await publish();
    return reply.code(204).send();
  });
  admin.delete('/role/hang', async (_request, reply) => {
    role.hang.end();
    await publish();
    return reply.code(204).send();
  });
  admin.post('/:component/:action', async (request) => {
    const { component, action } = orderSchema.parse(request.params);
    await services.components[component][action]();
    return { startedAt: services.components[component].startedAt() };
  });
  addConnectionRoutes(admin, parts);
}

function addConnectionRoutes(admin: FastifyInstance, { role, services }: AdminParts): void {
  admin.post('/connection/cut', async (request, reply) => {
    const { afterEntities, ...cut } = cutSchema.parse(request.body ?? {});
    if (afterEntities === undefined) await services.cut(cut);
    else role.desk.atProgress(afterEntities, () => void services.cut(cut));
    return reply.code(204).send();
  });
  admin.post('/connection/restore', async (_request, reply) => {
    await services.restore();
    return reply.code(204).send();
  });
}

async function stateOf({ registered, role, proxy, link, services, directory, settings, providers }: AdminParts) {
  const { latest, failsNext } = role.desk;
  const cached = proxy.state.cached ?? {};
  const expected = settings.credentials ? cached : Object.fromEntries(Object.entries(cached).filter(isNoCredential));
  const owned = await directory.counts();
  return {
    ids: registered,
    role: { ...role.state, failsNext },
    server: { startedAt: services.components.server.startedAt() },
    proxy: proxy.state,
    connection: { cut: link.isCut },
    /** By the vendor's rules, of what the proxy has cached. */
    expected: { total: totalOf(expected), byType: expected },
    /** What the role owns in Security Center now. */
    owned: { total: totalOf(owned), byType: owned },
    latest: latest && latestOf(latest),
    settings,
    asked: providers.asked(),
  };
}

const isNoCredential = ([type]: readonly [string, number]) => type !== 'Credential';
