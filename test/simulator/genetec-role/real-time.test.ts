import { expect, test } from 'vitest';
import { call, openSite, type RoleSite } from './site.ts';

const inSipass = <T>(site: RoleSite, method: string, path: string, body?: object) =>
  call<T>(`${site.sipass.adminUrl}${path}`, method, body);
const names = ({ securityCenter }: RoleSite) =>
  [...securityCenter.world.table.ofType('Cardholder')].map(({ properties }) => properties.get('name'));

test('who comes, goes or changes in SiPass does so in Security Center, without a synchronization', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await inSipass(site, 'POST', '/cardholders', { count: 3 });
  await site.until(({ owned }) => owned.byType['Cardholder'] === 15);
  const [token] = site.sipass.world.cardholders.order('Token');
  await inSipass(site, 'PATCH', `/cardholders/${token}`, { FirstName: 'Ada', LastName: 'Changed' });
  await expect.poll(() => names(site)).toContain('Ada Changed');
  await inSipass(site, 'DELETE', `/cardholders/${token}`);
  const { latest, expected, owned } = await site.until((state) => state.owned.byType['Cardholder'] === 14);

  expect(latest).toMatchObject({ id: 1, trigger: 'first-connection' });
  expect(owned.byType['Cardholder']).toBe(expected.byType['Cardholder']);
});

test('what changes while the connection is cut is missed when it comes back', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  await site.admin('POST', '/connection/cut');
  await inSipass(site, 'POST', '/cardholders', { count: 2 });
  await site.until(({ expected }) => expected.byType['Cardholder'] === 14);
  await site.admin('POST', '/connection/restore');
  const { owned, latest } = await site.until(({ role }) => role.runningState === 'Running');

  expect(owned.byType['Cardholder']).toBe(12);
  expect(latest?.id).toBe(1);
});

test('a reconnection starts a full one where the option says so', async () => {
  const site = await openSite({ fullOnReconnect: true });
  await site.untilSynchronized();

  await site.admin('POST', '/connection/cut');
  await site.until(({ role }) => !role.connected);
  await site.admin('POST', '/connection/restore');

  await site.untilSynchronized('reconnection');
});

test('what SiPass has no more is kept where the option says so, and goes with the next full one otherwise', async () => {
  const site = await openSite({ deletes: 'never' });
  await site.untilSynchronized();
  await inSipass(site, 'DELETE', '/cardholders?count=2');
  await site.until(({ expected }) => expected.byType['Cardholder'] === 10);

  await site.tab('POST', '/start-synchronization');
  await site.untilSynchronized('manual');
  expect((await site.state()).owned.byType['Cardholder']).toBe(12);

  await site.admin('PATCH', '/settings', { deletes: 'full' });
  await site.tab('POST', '/start-synchronization');
  await site.until(({ latest }) => latest?.id === 3 && latest.state === 'completed');
  expect((await site.state()).owned.byType['Cardholder']).toBe(10);
});
