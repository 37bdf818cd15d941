/** The events relay as part of a configured plugin, between both simulated servers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { startSecurityCenterSimulator } from '../../src/simulator/security-center/simulator.ts';
import { letHappen } from '../../src/simulator/sipass/happenings.ts';
import { startSipassSimulator } from '../../src/simulator/sipass/simulator.ts';
import { integrationSchema } from '../../src/supervise/config.ts';
import { openPlugin } from '../../src/supervise/plugin-host/open-plugin.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function openSite() {
  const sipass = await startSipassSimulator({ port: 0, adminPort: 0, cardholders: 12 });
  const center = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'syncwarden-relaying-'));
  ends.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => center.close(),
    () => sipass.close(),
  );
  const credentials = { username: 'syncwarden', password: 'syncwarden' };
  const open = async (events: object) => {
    const config = integrationSchema.parse({
      id: 'hq',
      source: { kind: 'sipass', url: sipass.url, profile: 'mp28x', ...credentials },
      target: { kind: 'security-center', url: `${center.url}/WebSdk`, applicationId: 'syncwarden', ...credentials },
      events,
      policy: {
        ladder: { rungs: [{ id: 'synchronize', title: 's', remedy: 'synchronize', impact: '-', mode: 'delta' }] },
      },
    });
    const plugin = await openPlugin(config, folder, systemClock);
    let isOpen = true;
    const close = async () => {
      if (isOpen) await plugin.close();
      isOpen = false;
    };
    ends.push(close);
    return { plugin, close };
  };
  const raised = () => center.world.raised.report(0, 100_000).events.length;
  return { sipass, open, raised };
}

const { signal } = new AbortController();
const run = { runId: 'r', mode: 'full', types: null, approveDeletes: false, signal, report: () => {} } as const;
const custom = { 'Access Granted': 1 };

test('events wait until the run has brought their people over, and none is lost over a restart of the plugin', async () => {
  const { sipass, open, raised } = await openSite();
  const first = await open({ relay: true, custom });
  await expect
    .poll(async () => (await first.plugin.events({ signal }))?.heardAt ?? null, { timeout: 10_000 })
    .not.toBeNull();
  letHappen(sipass.world, { count: 5, spreadMs: 0, names: ['Access Granted'] });
  await expect.poll(async () => (await first.plugin.events({ signal }))?.waiting, { timeout: 10_000 }).toBe(5);
  expect(raised()).toBe(0);

  await first.close();
  letHappen(sipass.world, { count: 3, spreadMs: 0, names: ['Access Granted'] });
  const second = await open({ relay: true, custom });
  expect((await second.plugin.synchronize(run)).outcome).toBe('succeeded');

  await expect.poll(raised, { timeout: 15_000 }).toBe(8);
  await expect.poll(async () => (await second.plugin.events({ signal }))?.counters.raised, { timeout: 10_000 }).toBe(8);
  expect((await second.plugin.events({ signal }))?.counters).toMatchObject({
    duplicates: 0,
    lost: { missing: 0, entityMissing: 0, queueFull: 0, refused: 0 },
  });
});

test('nothing is asked of a feed that was not configured', async () => {
  const { open } = await openSite();
  const { plugin } = await open({});
  expect(await plugin.events({ signal })).toBeNull();
});
