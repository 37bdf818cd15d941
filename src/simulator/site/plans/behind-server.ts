/**
 * One integration whose plugin lives on a server of the site: a machine of its own, through which all passes that the
 * plugin says and hears. `restart-server` restarts that machine.
 */
import { fileURLToPath } from 'node:url';
import { freePorts } from '../free-ports.ts';
import type { PlanSite } from '../plan.ts';
import { quickPolicy } from '../quick-policy.ts';
import { pair, proxyProcess, restartOf, securityCenterProcess, sipassProcess } from './parts.ts';

const serverProgram = fileURLToPath(new URL('../server-main.js', import.meta.url));
/** What hangs is noticed by what it does not answer in time. */
const requestMsMax = 1_500;

export const planBehindServer: PlanSite = async (options) => {
  const ports = await freePorts('sipass', 'proxy', 'proxyAdmin', 'target', 'toSource', 'toTarget');
  const { sipass, proxy, proxyAdmin, target, toSource, toTarget } = ports;
  const server = { name: 'server', argv: [serverProgram, `${toSource}:${proxy}`, `${toTarget}:${target}`] };
  return {
    groups: [
      [sipassProcess(options, sipass), securityCenterProcess(options, 'security-center', { port: target }), server],
      [proxyProcess(options, 'proxy', { port: proxy, adminPort: proxyAdmin, sipass })],
    ],
    services: ['proxy', 'server'],
    integrations: [{ id: 'hq', mode: 'plugin', target: 'security-center' }],
    configure: (controlUrl) => ({
      integrations: [
        {
          id: 'hq',
          title: 'SiPass into Security Center, from a server of the site (simulated)',
          ...pair({ profile: options.profile, source: toSource, target: toTarget, timeoutMs: requestMsMax }),
          policy: quickPolicy(),
          remedies: {
            'restart-server': restartOf(controlUrl, 'server'),
            'restart-proxy': restartOf(controlUrl, 'proxy'),
          },
        },
      ],
    }),
  };
};
