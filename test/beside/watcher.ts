/** The watcher of a simulated site, as the plugin host opens it. */
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { integrationSchema } from '../../src/supervise/config.ts';
import { openPlugin } from '../../src/supervise/plugin-host/open-plugin.ts';
import type { RunReport } from '../../src/sync/run-result.ts';
import type { RoleSite } from '../simulator/genetec-role/site.ts';

const people = { username: 'syncwarden', password: 'syncwarden' };

/** An integration in mode beside, quick enough for a test. */
export function besideConfig({ sipass, securityCenter, role }: RoleSite, more: object = {}, beside: object = {}) {
  return {
    id: 'hq',
    mode: 'beside',
    source: { kind: 'sipass', url: sipass.url, profile: 'mp28x', ...people },
    target: {
      kind: 'security-center',
      url: `${securityCenter.url}/WebSdk`,
      applicationId: 'syncwarden',
      ...people,
    },
    beside: {
      proxy: { port: role.proxyPort },
      credentials: true,
      compare: ['Cardholder', 'CardholderGroup', 'Credential', 'Door', 'Elevator'],
      countEveryMs: 20,
      quietMs: 150,
      portTimeoutMs: 2_000,
      ...beside,
    },
    ...more,
  };
}

export const { signal } = new AbortController();

export async function openWatcher(site: RoleSite, more: object = {}, beside: object = {}) {
  const config = integrationSchema.parse(besideConfig(site, more, beside));
  const plugin = await openPlugin(config, '/nowhere', systemClock);
  onTestFinished(() => plugin.close());
  const reports: RunReport[] = [];
  return {
    plugin,
    reports,
    probe: () => plugin.probe(signal),
    run: (mode: 'full' | 'delta') =>
      plugin.synchronize({
        runId: 'run-1',
        mode,
        types: null,
        approveDeletes: false,
        signal,
        report: (report) => void reports.push(report),
      }),
  };
}
