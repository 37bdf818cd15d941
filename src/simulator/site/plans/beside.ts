/** Genetec's own role synchronizes, with a proxy service of its own, and the supervisor watches it. */
import { freePorts } from '../free-ports.ts';
import type { PlanSite } from '../plan.ts';
import { quickPolicyBeside } from '../quick-policy.ts';
import { askedFor, loopback, pair, securityCenterProcess, simulator, sipassProcess } from './parts.ts';

/** So slow that the role's first synchronization is still under way when the site has been opened. */
const entitiesPerSecond = 4;

/** What the site offers for each remedy, and whose start tells that it was done. */
const providers = {
  'start-synchronization': ['start-synchronization', 'synchronization'],
  'restart-plugin': ['restart-role', 'role'],
  'restart-server': ['restart-server', 'server'],
  'restart-proxy': ['restart-proxy', 'proxy'],
} as const;

export const planBeside: PlanSite = async (options) => {
  const ports = await freePorts('sipass', 'target', 'targetAdmin', 'role', 'roleAdmin', 'proxy');
  const { sipass, target, targetAdmin, role, roleAdmin, proxy } = ports;
  const roleArgs = ['--port', role, '--admin-port', roleAdmin, '--proxy-port', proxy, '--sipass', loopback(sipass)];
  const center = ['--security-center', loopback(target), '--security-center-admin', loopback(targetAdmin)];
  const pace = ['--entities-per-second', entitiesPerSecond];
  const remedies = Object.entries(providers).map(([remedy, [action, component]]) => [
    remedy,
    askedFor(`${loopback(role)}/provider/${action}`, `${loopback(role)}/provider/status/${component}`),
  ]);
  return {
    groups: [
      [
        sipassProcess(options, sipass),
        securityCenterProcess(options, 'security-center', { port: target, adminPort: targetAdmin }),
      ],
      [simulator(options.program, 'genetec-role', 'genetec-role', [...roleArgs, ...center, ...pace])],
    ],
    services: [],
    integrations: [{ id: 'hq', mode: 'beside', target: 'security-center' }],
    configure: () => ({
      integrations: [
        {
          id: 'hq',
          title: "Beside Genetec's SiPass plugin (simulated site)",
          mode: 'beside',
          ...pair({ profile: options.profile, source: sipass, target }),
          beside: {
            proxy: { port: proxy },
            credentials: true,
            countEveryMs: 300,
            quietMs: 1_500,
            portTimeoutMs: 1_000,
          },
          policy: quickPolicyBeside(),
          remedies: Object.fromEntries(remedies),
        },
      ],
    }),
  };
};
