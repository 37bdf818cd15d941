/** `syncwarden simulate`: one simulated server as its own process, to try against. */
import { Command } from 'commander';
import { startGenetecRole } from '../simulator/genetec-role/simulator.ts';
import { startSipassProxy } from '../simulator/proxy/proxy.ts';
import { startSecurityCenterSimulator } from '../simulator/security-center/simulator.ts';
import { startSipassSimulator } from '../simulator/sipass/simulator.ts';
import { portNumber, whole } from './options.ts';
import { terminal, untilAskedToEnd } from './terminal.ts';

interface Common {
  readonly port: number;
  readonly adminPort: number;
  readonly json?: boolean;
}

interface Server {
  readonly url: string;
  readonly adminUrl: string;
  close(): Promise<void>;
}

export function simulateCommand(done: (exitCode: number) => void): Command {
  const serve = async (name: string, options: Common, server: Server, more: object = {}) => {
    const { url, adminUrl } = server;
    if (options.json) terminal.printJson({ kind: 'ready', name, url, adminUrl, ...more, pid: process.pid });
    else terminal.print(`${name}: ${url}, faults and truth: ${adminUrl}`);
    await untilAskedToEnd();
    await server.close();
    done(0);
  };
  return new Command('simulate')
    .description('run a simulated server, with a back door for faults')
    .addCommand(
      common('sipass', 'the SiPass HR API', 8745)
        .option('--cardholders <number>', 'people in it', whole(0, 1_000_000), 200)
        .option('--seed <number>', 'what the people are made from', whole(0, 2 ** 31), 1)
        .option('--profile <name>', 'mp270 or mp28x', 'mp28x')
        .action(async (options: Common & { cardholders: number; seed: number; profile: 'mp270' | 'mp28x' }) => {
          const { port, adminPort, cardholders, seed, profile } = options;
          await serve('SiPass', options, await startSipassSimulator({ port, adminPort, cardholders, seed, profile }));
        }),
    )
    .addCommand(
      common('security-center', 'the Web SDK of Security Center', 4590)
        .option('--seed <number>', 'what its ids are made from', whole(0, 2 ** 31), 1)
        .option('--entities-max <number>', 'how many entities it holds', whole(1, 10_000_000), 1_000_000)
        .action(async (options: Common & { seed: number; entitiesMax: number }) => {
          const { port, adminPort, seed, entitiesMax } = options;
          const server = await startSecurityCenterSimulator({ port, adminPort, seed, entitiesMax });
          await serve('Security Center', options, server);
        }),
    )
    .addCommand(
      common('proxy', 'the proxy before SiPass', 5645)
        .requiredOption('--upstream <url>', 'address of SiPass')
        .action(async (options: Common & { upstream: string }) => {
          const { port, adminPort, upstream } = options;
          await serve('SiPass proxy', options, await startSipassProxy({ port, adminPort, upstreamUrl: upstream }));
        }),
    )
    .addCommand(
      common('genetec-role', "Genetec's SiPass plugin role with its proxy and Synchronization tab", 5650)
        .requiredOption('--sipass <url>', 'address of the simulated SiPass')
        .requiredOption('--security-center <url>', 'address of the simulated Security Center')
        .option('--security-center-admin <url>', 'its back door (default: the port after that of --security-center)')
        .option('--proxy-port <number>', 'port of the SiPass proxy service', portNumber, 5645)
        .option('--entities-per-second <number>', 'how fast the role writes', whole(1, 1_000_000), 5_000)
        .option('--no-credentials', 'the site has not enabled the synchronization of credentials')
        .action(async (options: Common & RoleOptions) => {
          const { port, adminPort, proxyPort, sipass, entitiesPerSecond, credentials } = options;
          const role = await startGenetecRole({
            port,
            adminPort,
            proxyPort,
            sipass: { url: sipass },
            directoryUrl: options.securityCenterAdmin ?? nextPort(options.securityCenter),
            settings: { entitiesPerSecond, credentials },
          });
          await serve('Genetec role', options, role, { proxyPort: role.proxyPort, roleId: role.roleId });
        }),
    );
}

interface RoleOptions {
  readonly sipass: string;
  readonly securityCenter: string;
  readonly securityCenterAdmin?: string;
  readonly proxyPort: number;
  readonly entitiesPerSecond: number;
  readonly credentials: boolean;
}

/** Where the back door is unless it was put elsewhere. */
function nextPort(address: string): string {
  const url = new URL(address);
  return `${url.protocol}//${url.hostname}:${Number(url.port || 80) + 1}`;
}

function common(name: string, description: string, port: number): Command {
  return new Command(name)
    .description(`simulate ${description}`)
    .option('--port <number>', 'port to listen on', portNumber, port)
    .option('--admin-port <number>', 'port of the back door', portNumber, port + 1)
    .option('--json', 'tell on stdout, as a JSON line, when it is ready');
}
