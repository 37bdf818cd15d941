import { expect, test } from 'vitest';
import { openSite } from '../simulator/genetec-role/site.ts';
import { openWatcher } from './watcher.ts';

test('a role that is well: both sides answer, with the versions of SiPass and of the server of the role', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { probe } = await openWatcher(site, { compatible: [{ source: '*', target: '>=6' }] });

  const report = await probe();
  expect(report.source).toMatchObject({ ok: true, version: expect.any(String) });
  expect(report.target).toMatchObject({ ok: true, version: '5.12.2.0' });
  expect(report.incompatible).toContain('5.12.2.0');
});

test('yellow while it synchronizes, or for no reason that is seen, is no reason to act', async () => {
  const site = await openSite({ entitiesPerSecond: 50 });
  const { probe } = await openWatcher(site);
  await site.until(({ latest, role }) => latest?.state === 'running' && role.runningState === 'Warning');
  expect(await probe()).toMatchObject({ source: { ok: true }, target: { ok: true } });

  await site.admin('POST', '/connection/cut');
  await site.until(({ latest }) => latest?.state === 'interrupted');
  expect(await site.shown()).toMatchObject({ RunningState: 'Warning' });
  expect(await probe()).toMatchObject({ source: { ok: true }, target: { ok: true } });
});

test('with a dead proxy the side of SiPass is unreachable, and the port is named', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { probe } = await openWatcher(site);
  await site.admin('POST', '/proxy/stop');
  await site.until(({ role }) => role.runningState === 'Warning');

  const { source, target } = await probe();
  expect(source).toMatchObject({ ok: false, code: 'SW_UNREACHABLE' });
  expect('message' in source && source.message).toContain(`port ${site.role.proxyPort} of 127.0.0.1`);
  expect(target.ok).toBe(true);
});

test('a role that does not run is told on the side of Security Center, with its server', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { probe } = await openWatcher(site);
  await site.admin('POST', '/role/stop');
  expect((await probe()).target).toMatchObject({
    ok: false,
    code: 'SW_SERVER_FAILED',
    message: 'The role SiPass is red: it does not run.',
  });

  await site.admin('POST', '/server/stop');
  const { target, source } = await probe();
  expect('message' in target && target.message).toContain('its server EXPANSION-1 is offline');
  expect(source.ok).toBe(true);
});

test('behind a firewall the port tells nothing: a green role has shown that it uses it', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const closed = await openSite();
  const port = closed.role.proxyPort;
  await closed.admin('POST', '/proxy/stop');
  const { probe } = await openWatcher(site, {}, { proxy: { port } });
  expect((await probe()).source.ok).toBe(true);

  await site.admin('POST', '/connection/cut');
  await site.until(({ role }) => role.runningState === 'Warning');
  expect((await probe()).source.ok).toBe(true);
});

test('a role that cannot be seen is a refusal, which no restart heals; by its GUID it is found as well', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const missing = await openWatcher(site, {}, { role: 'SiPas' });
  expect((await missing.probe()).target).toMatchObject({ ok: false, code: 'SW_UNAUTHORISED' });

  const byId = await openWatcher(site, {}, { role: site.role.roleId });
  expect((await byId.probe()).target.ok).toBe(true);
});

test('each side that is gone is told as its connector tells it', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { probe } = await openWatcher(site);
  await site.sipass.close();
  expect(await probe()).toMatchObject({ source: { ok: false, code: 'SW_UNREACHABLE' }, target: { ok: true } });

  await site.securityCenter.close();
  expect(await probe()).toMatchObject({ target: { ok: false, code: 'SW_UNREACHABLE' } });
});
