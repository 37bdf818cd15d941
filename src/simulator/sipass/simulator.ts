/** The SiPass simulator: a real HTTP server that speaks the HR API, as far as it is known, and can misbehave. */
import { type Clock, systemClock } from '../../core/clock.ts';
import { FaultBox } from '../faults.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { addSipassAdminRoutes } from './admin-routes.ts';
import { type SipassFaultBox, sipassFaultFields } from './domain-faults.ts';
import { hrApi } from './hr-api.ts';
import { type SipassOptionsInput, sipassOptionsSchema } from './options.ts';
import { Sessions } from './sessions.ts';
import { SipassWorld } from './world.ts';

/** What is not an option of the user. */
export interface SipassDependencies {
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /** Certificate and key as PEM; the HR API then speaks HTTPS, as the real one does. @default plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface SipassSimulator extends FaultyServer {
  readonly faults: SipassFaultBox;
  /** The data and what is true about it. */
  readonly world: SipassWorld;
  readonly sessions: Sessions;
}

/**
 * Starts the simulator. The HR API is at `url` + `/api/V1/hr`.
 * @throws ZodError for options that are not valid
 * @throws CodedError `SW_PORT_IN_USE`
 */
export async function startSipassSimulator(
  input: SipassOptionsInput = {},
  { clock = systemClock, tls }: SipassDependencies = {},
): Promise<SipassSimulator> {
  const options = sipassOptionsSchema.parse(input);
  const world = new SipassWorld(options, clock);
  const { username, password, sessionTimeoutS, singleSession, sameClient, licences } = options;
  const sessions = new Sessions({ username, password, sessionTimeoutS, singleSession, sameClient, licences }, clock);
  const faults: SipassFaultBox = new FaultBox({ domain: sipassFaultFields });
  const server = await startFaultyServer({
    name: 'SiPass simulator',
    host: options.host,
    port: options.port,
    adminPort: options.adminPort,
    app: hrApi({ world, sessions, faults }),
    admin: (admin) => addSipassAdminRoutes(admin, world, sessions),
    faults,
    onRestart: () => {
      sessions.clear();
    },
    clock,
    ...(tls === undefined ? {} : { tls }),
  });
  return { ...server, faults, world, sessions };
}
