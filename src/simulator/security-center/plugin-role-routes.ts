/** The part of the back door that stands in for the platform's own SDK, over which plugin roles live and write. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ownedEntitySchema } from './owned-entity.ts';
import { pluginRoleSchema, pluginRoleStateSchema, roleNameSchema } from './plugin-role-order.ts';
import { PluginRoles } from './plugin-roles.ts';
import type { World } from './world.ts';

const writeSchema = z.strictObject({ type: roleNameSchema, entities: z.array(ownedEntitySchema).max(1_000) });
const removeSchema = z.strictObject({ type: roleNameSchema, keys: z.array(z.string()).max(100_000) });
const loseSchema = z.strictObject({
  type: roleNameSchema.default('Cardholder'),
  count: z.int().min(1).max(1_000_000).default(1),
});
const keysSchema = z.object({ type: roleNameSchema });

type Of = { Params: { id: string } };

/** Adds the routes to the admin server. */
export function addPluginRoleRoutes(admin: FastifyInstance, world: World): void {
  const roles = new PluginRoles(world);
  admin.post('/plugin-roles', async (request, reply) =>
    reply.code(201).send(roles.register(pluginRoleSchema.parse(request.body))),
  );
  admin.patch<Of>('/plugin-roles/:id', async (request, reply) => {
    roles.change(request.params.id, pluginRoleStateSchema.parse(request.body));
    return reply.code(204).send();
  });
  admin.get<Of>('/plugin-roles/:id/counts', async (request) => ({ byType: roles.counts(request.params.id) }));
  admin.get<Of>('/plugin-roles/:id/keys', async (request) => ({
    keys: roles.keys(request.params.id, keysSchema.parse(request.query).type),
  }));
  admin.put<Of>('/plugin-roles/:id/entities', async (request) => {
    const { type, entities } = writeSchema.parse(request.body);
    return roles.write(request.params.id, type, entities);
  });
  admin.post<Of>('/plugin-roles/:id/entities/delete', async (request) => {
    const { type, keys } = removeSchema.parse(request.body);
    return { deleted: roles.remove(request.params.id, type, keys) };
  });
  admin.post<Of>('/plugin-roles/:id/entities/lose', async (request) => {
    const { type, count } = loseSchema.parse(request.body);
    return { lost: roles.lose(request.params.id, type, count) };
  });
}
