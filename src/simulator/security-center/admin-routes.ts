/** The back door: what is really there, what was written, what vanishes behind everybody's back, and who may ask. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addPluginRoleRoutes } from './plugin-role-routes.ts';
import { readWhole } from './property-read.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

const countsMax = 1_000_000;
const prefixDefault = 'syncwarden:';

const truthSchema = z.object({ prefix: z.string().default(prefixDefault) });
const writesSchema = z.object({
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(0).max(20_000).default(200),
});
const writtenSchema = z.object({ writesMin: z.coerce.number().int().min(0).max(countsMax).default(0) });
const listSchema = z.object({
  type: z.string().min(1).default('Cardholder'),
  prefix: z.string().default(prefixDefault),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100_000).default(100_000),
});
const raisedSchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(100_000).default(200),
});
const loseSchema = z
  .strictObject({
    type: z.string().min(1),
    prefix: z.string().default(''),
    count: z.int().min(1).max(countsMax).optional(),
    share: z.number().gt(0).max(1).optional(),
  })
  .refine(({ count, share }) => (count === undefined) !== (share === undefined), 'either count or share is needed');
const settingsSchema = z.strictObject({
  username: z.string().min(1).optional(),
  password: z.string().optional(),
  applicationId: z.string().min(1).optional(),
  maySignIn: z.boolean().optional(),
  licences: z.int().min(0).optional(),
  licencesTaken: z.int().min(0).optional(),
});

/** Adds the domain routes to the admin server. */
export function addAdminRoutes(admin: FastifyInstance, world: World, sessions: Sessions): void {
  admin.get('/truth', async (request) => ({
    ...world.truth(truthSchema.parse(request.query).prefix),
    sessions: sessions.count,
  }));
  admin.get('/writes', async (request) => {
    const { after, limit } = writesSchema.parse(request.query);
    return world.book.report({ after: after ?? null, limit });
  });
  admin.get('/writes/entities', async (request) => ({
    entities: world.book.entities(writtenSchema.parse(request.query).writesMin),
  }));
  admin.get('/entities', async (request) => {
    const { type, prefix, offset, limit } = listSchema.parse(request.query);
    const view = { world, version: world.options.version };
    const marked = world.marked(type, prefix);
    const shown = marked.slice(offset, offset + limit);
    return { total: marked.length, entities: shown.map((entity) => readWhole(view, entity, 'all')) };
  });
  admin.get('/raised', async (request) => {
    const { after, limit } = raisedSchema.parse(request.query);
    return world.raised.report(after, limit);
  });
  admin.post('/entities/delete', async (request) => ({ lost: world.lose(loseSchema.parse(request.body)) }));
  const settings = () => ({ ...sessions.settings, password: undefined, sessions: sessions.count });
  admin.get('/settings', async () => settings());
  admin.patch('/settings', async (request) => {
    Object.assign(sessions.settings, settingsSchema.parse(request.body));
    return settings();
  });
  admin.delete('/sessions', async () => ({ ended: sessions.clear() }));
  addPluginRoleRoutes(admin, world);
}
