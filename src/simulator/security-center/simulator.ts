/** The Security Center simulator: a real HTTP server that speaks the Web SDK, as far as it is known, and can misbehave. */
import { type Clock, systemClock } from '../../core/clock.ts';
import { FaultBox } from '../faults.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { addAdminRoutes } from './admin-routes.ts';
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
  const sessions = new Sessions(options, clock);
  const faults: WebSdkFaultBox = new FaultBox({ domain: webSdkFaultFields });
  const server = await startFaultyServer({
    name: 'Security Center simulator',
    host: options.host,
    port: options.port,
    adminPort: options.adminPort,
    app: webSdk({ world, sessions, faults }),
    admin: (admin) => addAdminRoutes(admin, world, sessions),
    faults,
    onRestart: () => {
      sessions.clear();
    },
    clock,
  });
  return { ...server, faults, world, sessions };
}
