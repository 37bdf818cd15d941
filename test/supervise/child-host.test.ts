/** The plugin host as a real child process: it falls silent, is ended, and is heard again. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { startChildHost } from '../../src/supervise/plugin-host/child-host.ts';
import type { HostSignal, PluginHost } from '../../src/supervise/plugin-host/plugin-host.ts';

// The host is forked from compiled code: Node.js 20 does not run TypeScript.
const built = resolve(import.meta.dirname, '../../dist/src/supervise/plugin-host/child-host.js');
const signal = new AbortController().signal;

let directory: string;
let host: PluginHost;
let pids: number[];
let signals: HostSignal[];
let heard: (signal: HostSignal) => void;
/** How far the clock on the wall is ahead. */
let skewMs: number;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + skewMs };

/** Resolves with the next signal of that kind; what came before does not count. */
const next = (kind: HostSignal['kind']) =>
  new Promise<HostSignal>((done) => {
    heard = (told) => {
      if (told.kind === kind) done(told);
    };
  });

beforeEach(async () => {
  if (!existsSync(built)) throw new Error('dist/ is missing: run "npm run build" first (npm test does).');
  const { startChildHost: start } = (await import(built)) as { startChildHost: typeof startChildHost };
  directory = await mkdtemp(join(tmpdir(), 'syncwarden-host-'));
  pids = [];
  signals = [];
  heard = () => {};
  skewMs = 0;
  const info = (details: object) => void pids.push((details as { pid: number }).pid);
  const log = { info, warn: () => {}, error: () => {} };
  host = await start({ server: 'main', integrations: [], directory, clock, log, silenceMs: 1_200 });
  host.onSignal((told) => {
    signals.push(told);
    heard(told);
  });
});

afterEach(async () => {
  await host.close();
  await rm(directory, { recursive: true, force: true });
});

describe('a plugin host', () => {
  test('that hangs is told lost, ended in spite of that, and heard again in a new process', async () => {
    const lost = next('lost');
    process.kill(pids[0] as number, 'SIGSTOP');
    await lost;
    expect(host.status()).toMatchObject({ running: true, answering: false });

    const answered = next('answered');
    await host.restartServer(signal);
    await answered;

    expect(host.status()).toMatchObject({ running: true, answering: true });
    expect(new Set(pids).size).toBe(2);
  });

  test('answers as long as it is heard, whatever the clock on the wall says', async () => {
    skewMs = 3_600_000;
    expect(host.status().answering).toBe(true);

    const lost = next('lost');
    process.kill(pids[0] as number, 'SIGSTOP');
    skewMs = -3_600_000;
    await lost;

    expect(host.status().answering).toBe(false);
    process.kill(pids[0] as number, 'SIGCONT');
  });

  test('that is killed is told lost at once, and what is asked of it fails with a code', async () => {
    const lost = next('lost');
    process.kill(pids[0] as number, 'SIGKILL');

    expect(await lost).toMatchObject({ message: expect.stringContaining('SIGKILL') });
    expect(host.status()).toEqual({ running: false, startedAt: null, answering: false });
    await expect(host.probe('hq', signal)).rejects.toMatchObject({ code: 'SW_PLUGIN_STOPPED' });
  });

  test('answers for a plugin that it does not carry', async () => {
    await expect(host.probe('hq', signal)).rejects.toMatchObject({ code: 'SW_PLUGIN_STOPPED' });
    await expect(host.restartPlugin('hq', signal)).rejects.toMatchObject({ code: 'SW_PLUGIN_STOPPED' });
  });
});
