/** A real plugin host between two simulated servers, killed at seeded moments and started again as the supervisor does. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { SiteProcess } from '../../src/simulator/site/site-process.ts';
import { integrationSchema } from '../../src/supervise/config.ts';
import type { startChildHost } from '../../src/supervise/plugin-host/child-host.ts';
import type { PluginHost } from '../../src/supervise/plugin-host/plugin-host.ts';
import type { RunReport, RunResult } from '../../src/sync/run-result.ts';
import type { Moment } from './kill-moments.ts';

const root = resolve(import.meta.dirname, '../..');
// The host is forked from compiled code: Node.js 20 does not run TypeScript.
const built = join(root, 'dist/src/supervise/plugin-host/child-host.js');
const credentials = { username: 'syncwarden', password: 'syncwarden' };
const key = 'hq';

/** Rows of a page of the walk: the default of the source. */
export const pageSize = 100;

export interface KilledSite {
  readonly sourceAdminUrl: string;
  readonly targetAdminUrl: string;
  /** Runs until the run succeeds, while the host is killed at the moments; each ends one attempt. */
  runThrough(moments: readonly Moment[], cardholders: number): Promise<Ordeal>;
  close(): Promise<void>;
}

export interface Ordeal {
  readonly result: RunResult;
  readonly kills: number;
  /** Where the kills struck: the last phase that the run had reported before, and how often. */
  readonly phases: { readonly [phase: string]: number };
  readonly attempts: number;
}

export async function openKilledSite(cardholders: number): Promise<KilledSite> {
  if (!existsSync(built)) throw new Error('dist/ is missing: run "npm run build" first (npm test does).');
  const { startChildHost: startHost } = (await import(built)) as { startChildHost: typeof startChildHost };
  const server = async (name: string, ...args: readonly string[]) => {
    const argv = [join(root, 'bin/syncwarden.js'), 'simulate', name, '--port', '0', '--admin-port', '0', '--json'];
    const process = new SiteProcess({ name, argv: [...argv, ...args] });
    return { process, ...(await process.start()) };
  };
  const [sipass, securityCenter] = await Promise.all([
    server('sipass', '--cardholders', String(cardholders)),
    server('security-center'),
  ]);
  const directory = await mkdtemp(join(tmpdir(), 'syncwarden-kills-'));
  const integration = integrationSchema.parse({
    id: key,
    source: { kind: 'sipass', url: sipass.url, ...credentials, profile: 'mp28x', pageSize, concurrency: 8 },
    target: {
      kind: 'security-center',
      url: `${securityCenter.url}/WebSdk`,
      ...credentials,
      applicationId: 'syncwarden',
      concurrency: 8,
    },
  });
  const victim = new Victim();
  const log = { info: (details: object) => victim.note(details), warn: () => {}, error: () => {} };
  const host = await startHost({ server: 'main', integrations: [integration], directory, clock: systemClock, log });
  return {
    sourceAdminUrl: sipass.adminUrl ?? '',
    targetAdminUrl: securityCenter.adminUrl ?? '',
    runThrough: (moments, size) => runThrough(host, victim, moments, size),
    async close() {
      await host.close();
      await Promise.all([sipass.process.kill('SIGKILL'), securityCenter.process.kill('SIGKILL')]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The host process, as the log of whoever starts it names it. */
class Victim {
  #pid = 0;

  note(details: object): void {
    if ('pid' in details && typeof details.pid === 'number') this.#pid = details.pid;
  }

  kill(): void {
    process.kill(this.#pid, 'SIGKILL');
  }
}

async function runThrough(
  host: PluginHost,
  victim: Victim,
  moments: readonly Moment[],
  cardholders: number,
): Promise<Ordeal> {
  const left = [...moments];
  const phases: { [phase: string]: number } = {};
  let phase = 'start';
  let share = 0;
  let kills = 0;
  let aim: NodeJS.Timeout | null = null;
  const strike = () => {
    left.shift();
    kills += 1;
    phases[phase] = (phases[phase] ?? 0) + 1;
    victim.kill();
  };
  const aimWhenDue = () => {
    const [moment] = left;
    if (aim === null && moment && moment.at <= share) aim = setTimeout(strike, moment.delayMs);
  };
  const report = (told: RunReport) => {
    if (told.kind === 'phase') phase = told.phase;
    else if (phase === 'transferring' && told.type === 'cardholder') share = Math.max(share, told.done / cardholders);
    if (phase === 'sweeping' || phase === 'proving') share = Math.max(share, 1);
    aimWhenDue();
  };
  const signal = new AbortController().signal;
  for (let attempts = 1; attempts <= moments.length * 2 + 10; attempts += 1) {
    phase = 'start';
    aimWhenDue();
    try {
      const run = {
        runId: `run-${attempts}`,
        mode: 'full',
        types: null,
        approveDeletes: false,
        signal,
        report,
      } as const;
      const result = await host.synchronize(key, run);
      if (aim !== null) clearTimeout(aim);
      return { result, kills, phases, attempts };
    } catch (error) {
      const code = (error as { code?: unknown }).code; // it is only looked at
      if (code !== 'SW_PLUGIN_STOPPED') throw error;
    }
    if (aim !== null) clearTimeout(aim);
    aim = null;
    // What the rung "restart the plugin" does.
    await host.restartPlugin(key, signal);
  }
  throw new Error(`the run has not come to its end: ${JSON.stringify({ left: left.length, kills, phase, share })}`);
}
