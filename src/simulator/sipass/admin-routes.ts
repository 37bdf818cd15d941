/** The back door of the SiPass simulator: what is really there, changes at the source, and its settings. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { personAt } from '../people.ts';
import { seededRandom } from '../seeded-random.ts';
import { addEventRoutes } from './event-admin.ts';
import type { Sessions } from './sessions.ts';
import type { SipassWorld } from './world.ts';

const countSchema = z.strictObject({ count: z.coerce.number().int().min(1).max(100_000).default(1) });
const changeSchema = z.record(z.string().min(1), z.json());
const settingsSchema = z.strictObject({
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  sessionTimeoutS: z.int().min(1).max(86_400).optional(),
  singleSession: z.boolean().optional(),
  sameClient: z.enum(['replaces', 'counts']).optional(),
  licences: z.int().min(0).optional(),
});

/** Adds the domain routes to the admin server. */
export function addSipassAdminRoutes(admin: FastifyInstance, world: SipassWorld, sessions: Sessions): void {
  admin.get('/truth', async () => ({ ...world.truth(), sessions: sessions.count }));
  addSettingsRoutes(admin, sessions);
  addCardholderRoutes(admin, world);
  addEventRoutes(admin, world);
}

function addSettingsRoutes(admin: FastifyInstance, sessions: Sessions): void {
  const shown = () => ({ ...sessions.settings, password: undefined, sessions: sessions.count });
  admin.get('/settings', async () => shown());
  admin.patch('/settings', async (request) => {
    Object.assign(sessions.settings, settingsSchema.parse(request.body));
    return shown();
  });
  admin.delete('/sessions', async () => ({ ended: sessions.clear() }));
}

function addCardholderRoutes(admin: FastifyInstance, world: SipassWorld): void {
  const { cardholders } = world;
  admin.post('/cardholders', async (request, reply) => {
    const { count } = countSchema.parse(request.body ?? {});
    return reply.code(201).send({ tokens: cardholders.generate(count) });
  });
  admin.patch('/cardholders', async (request) => {
    const tokens = choose(world, countSchema.parse(request.body ?? {}).count);
    for (const token of tokens) rename(world, token);
    return { tokens };
  });
  admin.delete('/cardholders', async (request) => {
    const tokens = choose(world, countSchema.parse(request.query).count);
    for (const token of tokens) cardholders.remove(token);
    return { tokens };
  });
  admin.get<{ Params: { token: string } }>('/cardholders/:token', async (request) => read(world, request.params.token));
  admin.patch<{ Params: { token: string } }>('/cardholders/:token', async (request) => {
    const { token } = request.params;
    cardholders.write(token, { ...read(world, token), ...changeSchema.parse(request.body) });
    return read(world, token);
  });
  admin.delete<{ Params: { token: string } }>('/cardholders/:token', async (request, reply) => {
    read(world, request.params.token);
    cardholders.remove(request.params.token);
    return reply.code(204).send();
  });
}

/** Up to `count` people, spread over all; the same ones for the same seed and history. */
function choose(world: SipassWorld, count: number): readonly string[] {
  const tokens = [...world.cardholders.order('Token')];
  const random = seededRandom(`${world.options.seed}:choose:${world.cardholders.revision}`);
  return Array.from({ length: Math.min(count, tokens.length) }, () => {
    // Taking the last one's place keeps the draw without copying the array each time.
    const at = random.integer(0, tokens.length - 1);
    const token = tokens[at] as string; // `at` is within the array, which is never empty here
    const last = tokens.pop() as string;
    if (at < tokens.length) tokens[at] = last;
    return token;
  });
}

function rename(world: SipassWorld, token: string): void {
  const data = read(world, token);
  const { firstName, lastName } = personAt(world.options.seed + 1, world.cardholders.revision);
  world.cardholders.write(token, {
    ...data,
    FirstName: firstName,
    LastName: lastName,
    EmployeeName: `${firstName} ${lastName}`,
  });
}

function read(world: SipassWorld, token: string) {
  const data = world.cardholders.read(token);
  if (data !== null) return data;
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'changing a cardholder of the simulator',
    expected: 'the token of a cardholder',
    found: token,
    todo: 'Read the list of cardholders for the tokens there are',
  });
}
