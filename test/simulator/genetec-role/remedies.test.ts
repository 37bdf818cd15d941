import { expect, test } from 'vitest';
import { call, type Latest, openSite } from './site.ts';

test('the tab counts only when it is asked to, and shows the latest synchronization', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const before = (await site.tab('GET')).body;
  expect(before.currentlySynchronizedEntities).toBe(null);
  expect(before.latestSynchronizationInformation).toMatchObject({ trigger: 'first-connection', successful: true });

  const { total } = (await site.state()).owned;
  const counted = (await site.tab('POST', '/refresh')).body;
  expect(counted.currentlySynchronizedEntities).toMatchObject({ total, byType: { Cardholder: 12 } });

  await site.admin('POST', '/entities/drop', { count: 4 });
  expect((await site.tab('GET')).body.currentlySynchronizedEntities?.total).toBe(total);
  expect((await site.tab('POST', '/refresh')).body.currentlySynchronizedEntities?.total).toBe(total - 4);
});

test('the button starts one synchronization at a time, and one can be made to fail half-way', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  await site.admin('POST', '/synchronization/fail-next');
  await site.admin('PATCH', '/settings', { entitiesPerSecond: 200 });

  const first = await site.tab<Latest>('POST', '/start-synchronization');
  const second = await site.tab<Latest>('POST', '/start-synchronization');
  expect(first).toMatchObject({ status: 202, body: { id: 2, trigger: 'manual', state: 'running' } });
  expect(second.body.id).toBe(2);
  const { latest } = await site.until((state) => state.latest?.state === 'failed');
  expect(latest?.synchronized).toBeLessThan(latest?.total ?? 0);

  await site.tab('POST', '/start-synchronization');
  await site.untilSynchronized('manual');
});

test('without a connection nothing is started', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  await site.admin('POST', '/connection/cut');
  await site.until(({ role }) => !role.connected);

  expect(await site.tab('POST', '/start-synchronization')).toMatchObject({ status: 409, body: { code: 'SW_NOT_NOW' } });
});

test('a provider does its work once for each key, and tells since when the component runs', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const status = (component: string) =>
    call<{ readonly startedAt: number }>(`${site.role.url}/provider/status/${component}`, 'GET');

  for (const component of ['role', 'server', 'proxy']) {
    const before = await site.until(({ role }) => role.runningState === 'Running');
    const [once, again] = [
      await site.provider(`restart-${component}`, 'k1'),
      await site.provider(`restart-${component}`, 'k1'),
    ];
    expect(once.status).toBe(200);
    expect(again.body).toEqual(once.body);
    expect((await status(component)).body).toEqual({ startedAt: once.body.startedAt });
    const starts = component === 'proxy' ? 'proxy' : 'role';
    expect((await site.state())[starts].starts).toBe(before[starts].starts + 1);
  }
  await site.untilSynchronized('proxy-restart');

  const started = await site.provider('start-synchronization', 'k2');
  expect(started.body.id).toBe((await site.provider('start-synchronization', 'k2')).body.id);
  expect((await status('synchronization')).body).toEqual({ startedAt: started.body.startedAt });
  await site.untilSynchronized('manual');
  expect((await site.state()).asked).toHaveLength(4);
});

test('what failed may be asked for again under its key, and what is no order is refused', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  await site.admin('POST', '/role/hang');
  expect((await site.provider('start-synchronization', 'k')).status).toBe(504);
  await site.admin('DELETE', '/role/hang');
  expect((await site.provider('start-synchronization', 'k')).status).toBe(200);

  expect((await call(`${site.role.url}/provider/restart-role`, 'POST', {})).status).toBe(400);
  expect((await call(`${site.role.url}/provider/restart-planet`, 'POST', {})).status).toBe(404);
  await site.admin('POST', '/proxy/stop');
  expect((await call(`${site.role.url}/provider/status/proxy`, 'GET')).status).toBe(503);
});

test('a role that cannot find Security Center does not start', async () => {
  const site = await openSite();
  const { startGenetecRole } = await import('../../../src/simulator/genetec-role/simulator.ts');
  const nowhere = { port: 0, adminPort: 0, proxyPort: 0, sipass: { url: site.sipass.url } };

  await expect(startGenetecRole({ ...nowhere, directoryUrl: site.sipass.adminUrl })).rejects.toMatchObject({
    code: 'SW_UNREACHABLE',
  });
});
