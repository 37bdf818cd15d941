/** One integration: SiPass behind its proxy, and one Security Center. */
import { freePorts } from '../free-ports.ts';
import type { PlanSite } from '../plan.ts';
import { type QuickOptions, quickPolicy } from '../quick-policy.ts';
import { pair, proxyProcess, restartOf, securityCenterProcess, sipassProcess } from './parts.ts';

export const planSingle =
  (quick: QuickOptions = {}): PlanSite =>
  async (options) => {
    const { sipass, proxy, proxyAdmin, target } = await freePorts('sipass', 'proxy', 'proxyAdmin', 'target');
    return {
      groups: [
        [sipassProcess(options, sipass), securityCenterProcess(options, 'security-center', { port: target })],
        [proxyProcess(options, 'proxy', { port: proxy, adminPort: proxyAdmin, sipass })],
      ],
      services: ['proxy'],
      integrations: [{ id: 'hq', mode: 'plugin', target: 'security-center' }],
      configure: (controlUrl) => ({
        integrations: [
          {
            id: 'hq',
            title: 'SiPass into Security Center (simulated site)',
            ...pair({ profile: options.profile, source: proxy, target }),
            policy: quickPolicy(quick),
            remedies: { 'restart-proxy': restartOf(controlUrl, 'proxy') },
          },
        ],
      }),
    };
  };
