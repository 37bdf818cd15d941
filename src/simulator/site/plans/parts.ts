/** The parts of which sites are made: simulated servers as processes, and how a configuration speaks of them. */
import type { PlannedProcess, PlanOptions } from '../plan.ts';

export const loopback = (port: number): string => `http://127.0.0.1:${port}`;

export function sipassProcess({ program, cardholders, seed, profile }: PlanOptions, port: number): PlannedProcess {
  const people = ['--cardholders', cardholders, '--seed', seed, '--profile', profile];
  return simulator(program, 'sipass', 'sipass', ['--port', port, '--admin-port', 0, ...people]);
}

export interface ProxyPorts {
  readonly port: number;
  readonly adminPort: number;
  /** Port of the SiPass behind it. */
  readonly sipass: number;
}

export function proxyProcess({ program }: PlanOptions, name: string, ports: ProxyPorts): PlannedProcess {
  const args = ['--port', ports.port, '--admin-port', ports.adminPort, '--upstream', loopback(ports.sipass)];
  return simulator(program, name, 'proxy', args);
}

/** Without a port for its back door it takes a free one. */
export function securityCenterProcess(
  { program, seed }: PlanOptions,
  name: string,
  { port, adminPort = 0 }: { readonly port: number; readonly adminPort?: number },
): PlannedProcess {
  return simulator(program, name, 'security-center', ['--port', port, '--admin-port', adminPort, '--seed', seed]);
}

export function simulator(
  program: string,
  name: string,
  what: string,
  args: readonly (string | number)[],
): PlannedProcess {
  return { name, argv: [program, 'simulate', what, ...args.map(String), '--json'] };
}

const credentials = { username: 'syncwarden', password: 'syncwarden' };
const requestMsMax = 5_000;

export interface PairOptions {
  readonly profile: PlanOptions['profile'];
  /** Port at which the plugin finds SiPass, or what stands before it. */
  readonly source: number;
  /** Port at which it finds the Web SDK. */
  readonly target: number;
  /** How long a request may take. @default 5_000 */
  readonly timeoutMs?: number;
  /** What SiPass knows the plugin as: a login under the name of another one would end the session of that one. */
  readonly client?: string;
}

/** Both sides of an integration, as the configuration file names them. */
export function pair({ profile, source, target, timeoutMs = requestMsMax, client = 'syncwarden' }: PairOptions) {
  const requests = { timeoutMs, concurrency: 4 };
  return {
    source: { kind: 'sipass', url: loopback(source), ...credentials, clientUniqueId: client, profile, ...requests },
    target: {
      kind: 'security-center',
      url: `${loopback(target)}/WebSdk`,
      ...credentials,
      applicationId: 'syncwarden',
      firstCallTimeoutMs: timeoutMs,
      ...requests,
    },
    compatible: [{ source: '>=2.65 <2.91', target: '>=5.10 <5.14' }],
  };
}

const remedyMsMax = 20_000;

/** Has the service manager restart a service. */
export const restartOf = (controlUrl: string, service: string) => ({
  kind: 'webhook',
  url: `${controlUrl}/services/${service}/restart`,
  statusUrl: `${controlUrl}/services/${service}`,
  timeoutMs: remedyMsMax,
});

/** Has somebody's endpoint do something, with a second one that tells since when it is done. */
export const askedFor = (url: string, statusUrl: string) => ({
  kind: 'webhook',
  url,
  statusUrl,
  timeoutMs: remedyMsMax,
});
