/** The Security Center simulator: a real HTTP server that speaks the Web SDK, as far as it is known, and can misbehave. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Clock, systemClock } from '../../core/clock.ts';
import { FaultBox } from '../faults.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { type WebSdkFaultBox, webSdkFaultFields } from './domain-faults.ts';
import { type WebSdkOptionsInput, webSdkOptionsSchema } from './options.ts';
import { Sessions } from './sessions.ts';
import { webSdk } from './web-sdk.ts';
import { World } from './world.ts';

export interface SecurityCenterSimulator extends FaultyServer {
  readonly faults: WebSdkFaultBox;
  readonly world: World;
  readonly sessions: Sessions;
}

const loseSchema = z.strictObject({
  type: z.string(),
  prefix: z.string().default(''),
  count: z.int().min(1).max(1_000_000),
});
const prefixSchema = z.looseObject({
  prefix: z.string().default('syncwarden:'),
  type: z.string().default('Cardholder'),
});

/**
 * Starts the simulator. The Web SDK is at `url` + `/WebSdk`.
 * @throws ZodError for options that are not valid
 * @throws CodedError `SW_PORT_IN_USE`
 */
export async function startSecurityCenterSimulator(
  input: WebSdkOptionsInput = {},
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<SecurityCenterSimulator> {
  const options = webSdkOptionsSchema.parse(input);
  const world = new World(options, clock);
  const sessions = new Sessions(world);
  const faults: WebSdkFaultBox = new FaultBox({ domain: webSdkFaultFields });
  const server = await startFaultyServer({
    name: 'Security Center simulator',
    host: options.host,
    port: options.port,
    adminPort: options.adminPort,
    app: webSdk({ world, sessions, faults }),
    admin: (admin) => addAdminRoutes(admin, world),
    faults,
    onRestart: () => sessions.clear(),
    clock,
  });
  return { ...server, faults, world, sessions };
}

/** The back door: what is really there, what was written, and what vanishes behind everybody's back. */
function addAdminRoutes(admin: FastifyInstance, world: World): void {
  admin.get('/truth', async (request) => world.truth(prefixSchema.parse(request.query).prefix));
  admin.get('/writes', async () => world.book.report());
  admin.get('/entities', async (request) => {
    const { type, prefix } = prefixSchema.parse(request.query);
    const marked = world.table
      .ofType(type)
      .filter(({ properties }) => String(properties.get('description') ?? '').startsWith(prefix));
    return { entities: marked.map(({ id, properties }) => ({ id, ...Object.fromEntries(properties) })) };
  });
  admin.post('/entities/delete', async (request) => {
    const { type, prefix, count } = loseSchema.parse(request.body);
    return { lost: world.lose(type, prefix, count) };
  });
}
