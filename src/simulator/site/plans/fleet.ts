/**
 * Four integrations: three Security Centers behind one proxy of SiPass, and a fourth behind a proxy of its own. When both
 * proxies fall, no single component explains it.
 */
import { freePorts } from '../free-ports.ts';
import type { PlannedIntegration, PlanSite } from '../plan.ts';
import { quickPolicy } from '../quick-policy.ts';
import { pair, proxyProcess, restartOf, securityCenterProcess, sipassProcess } from './parts.ts';

/** The proxy of each integration. */
const proxyOf = { hq: 'proxy', north: 'proxy', south: 'proxy', annex: 'annex-proxy' } as const;
const ids = ['hq', 'north', 'south', 'annex'] as const;
const targetOf = (id: string) => `security-center-${id}`;
const planned = (id: string): PlannedIntegration => ({ id, mode: 'plugin', target: targetOf(id) });

/** Long enough for all to be seen failing before the first of them acts. */
const confirmMs = 4_000;

const fleet = {
  storm: { share: 0.5, countMin: 4, withinMs: 20_000, holdMsMax: 8_000, coolDownMs: 2_000 },
  budget: { max: 20, windowMs: 3_600_000 },
  retryAfterMs: 1_000,
};

export const planFleet: PlanSite = async (options) => {
  const ports = await freePorts(...ids, 'sipass', 'proxy', 'annex-proxy', 'proxyAdmin', 'annexProxyAdmin');
  const { sipass, proxy, proxyAdmin, annexProxyAdmin } = ports;
  const centers = ids.map((id) => securityCenterProcess(options, targetOf(id), { port: ports[id] }));
  return {
    groups: [
      [sipassProcess(options, sipass), ...centers],
      [
        proxyProcess(options, 'proxy', { port: proxy, adminPort: proxyAdmin, sipass }),
        proxyProcess(options, 'annex-proxy', { port: ports['annex-proxy'], adminPort: annexProxyAdmin, sipass }),
      ],
    ],
    services: ['proxy', 'annex-proxy'],
    integrations: [planned('hq'), planned('north'), planned('south'), planned('annex')],
    configure: (controlUrl) => ({
      fleet,
      integrations: ids.map((id) => ({
        id,
        title: `SiPass into the Security Center of ${id} (simulated)`,
        ...pair({
          profile: options.profile,
          source: ports[proxyOf[id]],
          target: ports[id],
          client: `syncwarden-${id}`,
        }),
        policy: quickPolicy({ confirmMs }),
        remedies: { 'restart-proxy': { ...restartOf(controlUrl, proxyOf[id]), component: proxyOf[id] } },
      })),
    }),
  };
};
