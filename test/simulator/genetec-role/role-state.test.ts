import { expect, test } from 'vitest';
import { leaseEnd } from '../../../src/simulator/security-center/entity.ts';
import { openSite } from './site.ts';

test('the role stands in the tree as a plugin on a server of its own, with a version', async () => {
  const site = await openSite();
  const roles = await site.webSdk<readonly { readonly Guid: string }[]>(
    '/report/EntityConfiguration',
    'EntityTypes@Role,Name=SiPass',
  );
  expect(roles).toEqual([{ Guid: site.role.roleId }]);

  const role = await site.webSdk<{ readonly CurrentServer: string }>(
    '/entity',
    `entity=${site.role.roleId},Name,Type,SubType,CurrentServer`,
  );
  expect(role).toMatchObject({ Name: 'SiPass', Type: 'Plugin', SubType: expect.any(String) });
  const server = `entity=${role.CurrentServer},Name,Version,IsMainServer,IsOnline`;
  expect(await site.webSdk('/entity', server)).toEqual({
    Name: 'EXPANSION-1',
    Version: '5.12.2.0',
    IsMainServer: false,
    IsOnline: true,
  });
});

test('yellow while it synchronizes, normal after', async () => {
  const site = await openSite({ entitiesPerSecond: 100 });
  await site.until(({ latest }) => latest?.state === 'running' && latest.synchronized > 0);
  expect(await site.shown()).toEqual({ RunningState: 'Warning', IsOnline: true });
  expect((await site.state()).role.diagnostics).toMatchObject([{ context: 'synchronization' }]);

  await site.admin('PATCH', '/settings', { entitiesPerSecond: 10_000 });
  await site.untilSynchronized();
  await expect.poll(site.shown).toEqual({ RunningState: 'Running', IsOnline: true });
});

test('red while it is deactivated, and no synchronization follows when it is activated', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await site.admin('POST', '/role/stop');
  expect(await site.shown()).toEqual({ RunningState: 'NotRunning', IsOnline: false });
  expect((await site.tab('GET')).status).toBe(503);

  await site.admin('POST', '/role/start');
  const { latest, role } = await site.until((state) => state.role.runningState === 'Running');
  expect(role.starts).toBe(2);
  expect(latest?.id).toBe(1);
});

test('red with its server, which is offline then', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const { server } = await site.admin<{ readonly ids: { server: string } }>('GET', '/state').then(({ ids }) => ids);
  const shownServer = () => site.webSdk('/entity', `entity=${server},RunningState,IsOnline`);

  await site.admin('POST', '/server/stop');
  await site.admin('POST', '/role/start');
  expect(await site.shown()).toEqual({ RunningState: 'NotRunning', IsOnline: false });
  expect(await shownServer()).toEqual({ RunningState: 'NotRunning', IsOnline: false });

  await site.admin('POST', '/server/start');
  await site.until(({ role }) => role.runningState === 'Running');
  expect(await shownServer()).toEqual({ RunningState: 'Running', IsOnline: true });
});

test('a role that hangs is green and does nothing, whatever happens, until it is restarted', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await site.admin('POST', '/role/hang');
  await site.admin('POST', '/proxy/restart');
  expect(await site.shown()).toEqual({ RunningState: 'Running', IsOnline: true });
  expect((await site.tab('POST', '/start-synchronization')).status).toBe(504);
  expect((await site.tab('POST', '/refresh')).status).toBe(504);

  await site.admin('POST', '/role/restart');
  // The proxy has waited with its demand until there was a role again.
  await site.untilSynchronized('proxy-restart');
});

test('a hang may outlive a restart of the role, but none of its server', async () => {
  const site = await openSite({ fullOnRoleRestart: true });
  await site.untilSynchronized();

  await site.admin('POST', '/role/hang', { healedBy: 'server' });
  await site.admin('POST', '/role/restart');
  expect((await site.tab('POST', '/start-synchronization')).status).toBe(504);

  await site.admin('POST', '/server/restart');
  await site.untilSynchronized('role-restart');
});

test('a role that hangs in the middle of a synchronization is yellow for ever, and its restart leaves a part', async () => {
  const site = await openSite({ entitiesPerSecond: 100 });
  await site.until(({ latest }) => (latest?.synchronized ?? 0) > 5);
  await site.admin('POST', '/role/hang');
  // What was being written when it began to hang is still written.
  await expect
    .poll(async () => (await site.state()).owned.total === (await site.state()).latest?.synchronized)
    .toBe(true);
  const hung = await site.state();
  expect(await site.shown()).toEqual({ RunningState: 'Warning', IsOnline: true });
  await site.admin('POST', '/entities/drop', { type: 'Alarm' });
  expect((await site.state()).latest?.synchronized).toBe(hung.latest?.synchronized);

  await site.admin('POST', '/role/restart');
  const { latest, owned } = await site.until(({ role }) => role.runningState === 'Running');
  expect(latest).toMatchObject({ id: 1, state: 'interrupted', message: 'The role was stopped' });
  expect(owned.total).toBeLessThan(latest?.total ?? 0);
});

test('its state holds for seconds only, so that a role whose process was killed turns red', async () => {
  const site = await openSite();

  const role = site.securityCenter.world.table.find(site.role.roleId);

  expect(role?.properties.get(leaseEnd)).toBeGreaterThan(Date.now());
});

test('versions that do not go together keep it yellow, whatever is restarted', async () => {
  const site = await openSite({ compatible: false });
  await site.until(({ latest }) => latest?.state === 'failed');

  await site.admin('POST', '/proxy/restart');
  const { role, owned } = await site.until(({ latest }) => latest?.id === 2 && latest.state === 'failed');

  expect(role.diagnostics).toMatchObject([{ context: 'compatibility' }]);
  expect(owned.total).toBe(0);
});

test('a Security Center that knows numbers only says 2 for yellow and 7 for a plugin', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  Object.assign(site.securityCenter.world.options, { enums: 'number' });
  await site.admin('POST', '/connection/cut');
  await site.until(({ role }) => role.runningState === 'Warning');

  const shown = await site.webSdk('/entity', `entity=${site.role.roleId},RunningState,Type`);
  expect(shown).toEqual({ RunningState: 2, Type: 7 });
});
