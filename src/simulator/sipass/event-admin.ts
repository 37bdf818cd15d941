/** The back door of the event feed: lets things happen, lets the feed forget, and shows what there is. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { eventNames, letHappen } from './happenings.ts';
import type { SipassWorld } from './world.ts';

const orderSchema = z.strictObject({
  count: z.int().min(1).max(100_000).default(1),
  names: z.array(z.enum(eventNames)).min(1).optional(),
  cardholders: z.array(z.string()).min(1).max(1_000).optional(),
  /** Over how many milliseconds before now they are spread. */
  spreadMs: z.int().min(0).max(86_400_000).default(0),
});
const listSchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(100_000).default(200),
});

/** Adds the routes to the admin server. */
export function addEventRoutes(admin: FastifyInstance, world: SipassWorld): void {
  const { events } = world;
  const state = () => ({ feedId: events.feedId, last: events.last, oldest: events.oldest, archived: events.size });
  admin.get('/events', async (request) => {
    const { after, limit } = listSchema.parse(request.query);
    return { ...state(), events: events.after(after, limit) };
  });
  admin.post('/events', async (request, reply) => {
    const made = letHappen(world, orderSchema.parse(request.body ?? {}));
    return reply.code(201).send({ ...state(), events: made });
  });
  admin.post('/events/forget', async () => {
    events.forget();
    return state();
  });
  admin.post('/events/renumber', async () => {
    events.renumber();
    return state();
  });
}
