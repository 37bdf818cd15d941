/** A whole supervisor over a simulated site, in mode beside, quick enough for a test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { IntegrationContext } from '../../machines/context.ts';
import type { OutsideEvent } from '../../machines/events.ts';
import { guideRungsBeside } from '../../src/beside/guide-rungs.ts';
import { systemClock } from '../../src/core/clock.ts';
import { configSchema } from '../../src/supervise/config.ts';
import { startSupervisor } from '../../src/supervise/supervisor.ts';
import type { RoleSite } from '../simulator/genetec-role/site.ts';
import { besideConfig } from './watcher.ts';

const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A provider of the site, of what is there only after it was done. */
export const provider = ({ role }: RoleSite, action: string, component: string) => ({
  kind: 'webhook',
  url: `${role.url}/provider/${action}`,
  statusUrl: `${role.url}/provider/status/${component}`,
  retry: { initialMs: 10, maxMs: 50 },
  timeoutMs: 5_000,
});

export async function supervise(site: RoleSite, remedies: { readonly [name: string]: object } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'syncwarden-beside-'));
  // The ladder of the guide, in a hurry.
  const rungs = guideRungsBeside(new Set(Object.keys(remedies))).map((rung) => ({
    ...rung,
    settleMs: 0,
    cooldownMs: 0,
    proofTimeoutMs: 20_000,
  }));
  const policy = {
    connection: {
      probeEveryMs: 60,
      backoff: { initialMs: 20, maxMs: 60 },
      failuresToDisconnect: 2,
      successesToConnect: 1,
    },
    synchronization: { deltaEveryMs: 60_000, checkEveryMs: 200, resumeBackoff: { initialMs: 20, maxMs: 100 } },
    ladder: { confirmMs: 50, recheckMs: 30, retryBackoff: { initialMs: 20, maxMs: 60 }, rungs },
  };
  const config = configSchema.parse({
    data,
    hosting: 'in-process',
    integrations: [besideConfig(site, { policy, remedies })],
  });
  const supervisor = await startSupervisor({ config, clock: systemClock, log, environment: {} });
  onTestFinished(async () => {
    await supervisor.close();
    rmSync(data, { recursive: true, force: true });
  });
  const context = (): IntegrationContext => {
    const snapshot = supervisor.runtime.snapshot('hq');
    if (snapshot === undefined) throw new Error('the integration was not started');
    return snapshot.context as IntegrationContext; // it is one of the integration machine
  };
  return {
    context,
    value: () => JSON.stringify(supervisor.runtime.snapshot('hq')?.value),
    until: (isSo: (context: IntegrationContext) => boolean) =>
      vi.waitUntil(() => isSo(context()), { interval: 20, timeout: 25_000 }),
    /** The newest end of a run, as the history keeps it. */
    lastEnd: async () => {
      const commits = await supervisor.runtime.history({ key: 'hq', limit: 1_000, newestFirst: true });
      return commits.find(({ note }) => note.event.type === 'xstate.done.actor.synchronize')?.note.event;
    },
    send: (event: OutsideEvent) => supervisor.runtime.send('hq', event),
  };
}

/** Proven equal, and no incident open. */
export const isWell = ({ synchronization, escalation }: IntegrationContext): boolean =>
  synchronization.provenEqualAt !== null && synchronization.reason === null && escalation.incident === null;

/** The rungs of the last incident, with how each try ended. */
export const triesOf = ({ escalation }: IntegrationContext) =>
  escalation.past.at(-1)?.tries.map(({ rung, how }) => [rung, how]);
