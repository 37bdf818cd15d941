/**
 * Genetec's side as one process: the SiPass proxy service, the plugin role that synchronizes with it, and a stand-in for
 * the Synchronization tab. It is what a supervisor in `mode: beside` watches.
 */
import { type Clock, systemClock } from '../../core/clock.ts';
import { FaultBox } from '../faults.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { addRoleRoutes } from './admin-routes.ts';
import { Directory } from './directory.ts';
import { type GenetecRoleOptionsInput, genetecRoleOptionsSchema } from './options.ts';
import { PluginRole } from './plugin-role.ts';
import { providers } from './providers.ts';
import { ProxyLink } from './proxy-link.ts';
import { ProxyService } from './proxy-service.ts';
import { roleApp } from './role-app.ts';
import { Services } from './services.ts';
import { StatePublisher } from './state-publisher.ts';
import { tabRoutes } from './tab.ts';

export interface GenetecRoleSimulator extends FaultyServer {
  readonly proxyPort: number;
  /** Id of the role in Security Center. */
  readonly roleId: string;
}

/**
 * Starts proxy and role; the first full synchronization begins by itself, and is not waited for.
 * @throws ZodError for options that are not valid
 * @throws CodedError `SW_UNREACHABLE` without the back door of Security Center, `SW_PORT_IN_USE`
 */
export async function startGenetecRole(
  input: GenetecRoleOptionsInput,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<GenetecRoleSimulator> {
  const options = genetecRoleOptionsSchema.parse(input);
  const { host, settings, reconnectMs, roleName, serverName, serverVersion } = options;
  const directory = new Directory({ url: options.directoryUrl, roleName, serverName, serverVersion });
  const proxy = new ProxyService({
    host,
    port: options.proxyPort,
    sipass: options.sipass,
    site: options.siteData,
    pollMs: () => settings.pollMs,
    reconnectMs,
    clock,
  });
  const link = new ProxyLink(host, () => proxy.port);
  const publisher = new StatePublisher(directory, clock, () => ({
    runningState: role.runningState,
    isOnline: role.startedAt !== null,
    serverIsOnline: services.serverIsOnline,
  }));
  const publish = () => publisher.publish();
  const role = new PluginRole({ name: roleName, link, directory, settings, reconnectMs, clock, publish });
  const services = new Services({ role, proxy, link, settings, clock, publish });
  const offered = providers(role, services);
  const stop = async () => {
    publisher.end();
    await services.stopAll();
    await publisher.last();
    await directory.close();
  };
  try {
    const registered = await directory.register();
    await proxy.start();
    await services.components.server.start();
    void publisher.beat();
    const parts = { registered, role, proxy, link, services, directory, settings, providers: offered, publish };
    const server = await startFaultyServer({
      name: 'Plugin role simulator',
      host,
      port: options.port,
      adminPort: options.adminPort,
      app: roleApp([...tabRoutes(role, directory, () => clock.now()), ...offered.routes]),
      admin: (admin) => addRoleRoutes(admin, parts),
      faults: new FaultBox(),
      clock,
    });
    const close = async () => {
      await server.close();
      await stop();
    };
    return { ...server, close, proxyPort: proxy.port, roleId: registered.role };
  } catch (error) {
    await stop();
    throw error;
  }
}
