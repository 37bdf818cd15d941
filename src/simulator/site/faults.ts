/** The faults of the demo's panel: each strikes a real process or a real server of the site. */
import type { Site } from './site.ts';

export interface SiteFault {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** True for what strikes once; false for what lasts until it is mended. */
  readonly oneShot: boolean;
  isActive(): boolean;
  strike(): Promise<void>;
  mend(): Promise<void>;
}

type Body = { readonly kind: string; readonly [parameter: string]: unknown };

/** Those that the site has something for. */
export function siteFaults(site: Site): readonly SiteFault[] {
  const [{ mode }] = site.integrations;
  return [
    ...(site.has('proxy') ? ofProxy(site) : []),
    ...(mode === 'beside' ? ofRole(site) : ofPlugin(site)),
    ...(site.has('server') ? ofServer(site) : []),
    ...ofSystems(site),
  ];
}

function ofProxy(site: Site): readonly SiteFault[] {
  return [
    lasting(site, 'proxy', {
      id: 'cut',
      title: 'Cut the connection again and again',
      description: 'Every 25th answer of the proxy breaks off half-way.',
      body: { kind: 'cut', afterBytes: 20, everyNth: 25 },
    }),
    lasting(site, 'proxy', {
      id: 'hang',
      title: 'Let the proxy hang',
      description: 'The proxy takes requests and never answers.',
      body: { kind: 'hang' },
    }),
    lasting(site, 'proxy', {
      id: 'slow',
      title: 'Slow the proxy down',
      description: 'Every answer takes a second longer. Slow is not stuck: nothing is restarted.',
      body: { kind: 'slow', delayMs: 1_000 },
    }),
    once('proxy-dead', 'Kill the proxy', 'SIGKILL to the proxy process: nothing listens at its port.', () =>
      site.service('proxy').process.kill('SIGKILL'),
    ),
  ];
}

function ofPlugin(site: Site): readonly SiteFault[] {
  const [{ target }] = site.integrations;
  return [
    lasting(site, 'sipass', {
      id: 'empty-source',
      title: 'Empty list of cardholders',
      description: 'SiPass says that it has no cardholders. Nothing is deleted.',
      body: { kind: 'empty-list', list: 'Cardholders' },
    }),
    once('missing-entities', 'Lose 25 cardholders', 'They vanish from Security Center behind our back.', () =>
      site.admin(target, 'POST', '/entities/delete', { type: 'Cardholder', prefix: 'syncwarden:', count: 25 }),
    ),
    once(
      'plugin-hang',
      'Let the plugin hang',
      'SIGSTOP to the plugin host: it runs, and does not answer.',
      async () => {
        if (site.pluginHostPid !== null) process.kill(site.pluginHostPid, 'SIGSTOP');
      },
    ),
  ];
}

function ofServer(site: Site): readonly SiteFault[] {
  const description = 'SIGSTOP to the server of the plugin: no restart of the plugin helps.';
  return [
    once('server-hang', 'Let the server hang', description, () => site.service('server').process.kill('SIGSTOP')),
  ];
}

function ofRole(site: Site): readonly SiteFault[] {
  const role = 'genetec-role';
  return [
    once('proxy-dead', 'Stop the proxy service', 'Nothing listens at its port any more.', () =>
      site.admin(role, 'POST', '/proxy/stop'),
    ),
    once('role-hang', 'Let the role hang', 'It shows what it showed last; a restart of its server heals it.', () =>
      site.admin(role, 'POST', '/role/hang', { healedBy: 'server' }),
    ),
    once('missing-entities', 'Lose 25 cardholders', "They vanish from Security Center behind the role's back.", () =>
      site.admin(role, 'POST', '/entities/drop', { type: 'Cardholder', count: 25 }),
    ),
  ];
}

function ofSystems(site: Site): readonly SiteFault[] {
  const [{ target }] = site.integrations;
  return [
    lasting(site, target, {
      id: 'incompatible',
      title: 'Incompatible version',
      description: 'Security Center says it is a version that does not go with SiPass. No restart can heal that.',
      body: { kind: 'version', version: '6.0.1.0' },
    }),
    once(
      'supervisor-killed',
      'Kill the supervisor',
      'SIGKILL to the supervisor itself; it is started again.',
      async () => {
        await site.supervisor.kill('SIGKILL');
        await site.startSupervisor();
      },
    ),
    once('people-change', 'Change 50 people in SiPass', 'Somebody works in SiPass: 50 people are renamed.', () =>
      site.admin('sipass', 'PATCH', '/cardholders', { count: 50 }),
    ),
  ];
}

function once(id: string, title: string, description: string, strike: () => Promise<unknown>): SiteFault {
  return {
    id,
    title,
    description,
    oneShot: true,
    isActive: () => false,
    strike: async () => void (await strike()),
    mend: async () => {},
  };
}

interface Lasting {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly body: Body;
}

function lasting(site: Site, server: string, { id, title, description, body }: Lasting): SiteFault {
  let active = false;
  return {
    id,
    title,
    description,
    oneShot: false,
    isActive: () => active,
    async strike() {
      await site.admin(server, 'POST', '/faults', { ...body, id });
      active = true;
    },
    async mend() {
      if (active) await site.admin(server, 'DELETE', `/faults/${id}`);
      active = false;
    },
  };
}
