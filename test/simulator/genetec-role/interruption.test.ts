import { expect, test } from 'vitest';
import { isOpen, openSite } from './site.ts';

test('a cut in the middle leaves a part, no resume follows, and a manual synchronization repairs it', async () => {
  const site = await openSite({ entitiesPerSecond: 100 });
  await site.admin('POST', '/connection/cut', { afterEntities: 20 });
  const cut = await site.until(({ latest }) => latest?.state === 'interrupted');

  expect(cut.latest).toMatchObject({ successful: false });
  expect(cut.owned.total).toBe(cut.latest?.synchronized);
  expect(cut.role).toMatchObject({ runningState: 'Warning', diagnostics: [{ context: 'connection' }] });
  expect(await site.shown()).toEqual({ RunningState: 'Warning', IsOnline: true });

  await site.admin('POST', '/connection/restore');
  const back = await site.until(({ role }) => role.runningState === 'Running');
  expect(back.owned.total).toBe(cut.owned.total);
  expect(back.owned.total).toBeLessThan(back.expected.total);
  expect(back.latest).toMatchObject({ id: 1, state: 'interrupted' });

  await site.admin('PATCH', '/settings', { entitiesPerSecond: 10_000 });
  await site.tab('POST', '/start-synchronization');
  await site.untilSynchronized('manual');
  const { owned, expected } = await site.state();
  expect(owned).toEqual(expected);
});

test('a cut comes back by itself after its time', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await site.admin('POST', '/connection/cut', { durationMs: 60 });
  await site.until(({ role }) => role.runningState === 'Warning');

  await site.until(({ role }) => role.runningState === 'Running');
});

test('a cut is between role and proxy; only where it says so nobody else reaches the port', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await site.admin('POST', '/connection/cut');
  expect(await isOpen(site.role.proxyPort)).toBe(true);
  await site.admin('POST', '/connection/cut', { portClosed: true });
  expect(await isOpen(site.role.proxyPort)).toBe(false);
  await site.admin('POST', '/connection/restore');
  expect(await isOpen(site.role.proxyPort)).toBe(true);
});

test('a dead proxy closes its port and turns the role yellow; its start forces a full synchronization', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  await site.admin('POST', '/entities/drop', { type: 'Cardholder', count: 5 });

  await site.admin('POST', '/proxy/stop');
  await site.until(({ role }) => role.runningState === 'Warning');
  expect(await isOpen(site.role.proxyPort)).toBe(false);
  expect((await site.state()).owned.byType['Cardholder']).toBe(7);

  await site.admin('POST', '/proxy/start');
  await site.untilSynchronized('proxy-restart');
  expect(await isOpen(site.role.proxyPort)).toBe(true);
  expect((await site.state()).owned.byType['Cardholder']).toBe(12);
});

test('a proxy restarted in the middle of a synchronization begins a new one', async () => {
  const site = await openSite({ entitiesPerSecond: 100 });
  await site.until(({ latest }) => (latest?.synchronized ?? 0) > 5);

  await site.admin('POST', '/proxy/restart');
  await site.admin('PATCH', '/settings', { entitiesPerSecond: 10_000 });

  await site.untilSynchronized('proxy-restart');
});

test('a SiPass that cannot be reached turns the role yellow, and no synchronization is needed when it is back', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  const { id } = site.sipass.faults.add({ kind: 'refuse' });
  const lost = await site.until(({ role }) => role.runningState === 'Warning');
  expect(lost).toMatchObject({ role: { connected: true }, proxy: { listening: true, reachesSipass: false } });

  site.sipass.faults.remove(id);
  expect(await site.until(({ role }) => role.runningState === 'Running')).toMatchObject({ latest: { id: 1 } });
});
