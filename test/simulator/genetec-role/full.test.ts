import { expect, test } from 'vitest';
import { openSite } from './site.ts';

test('the first connection brings exactly what the rules of the vendor say', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  const { eligible } = site.sipass.world.truth() as { eligible: { [kind: string]: number } };
  const { owned, expected, latest } = await site.state();

  // Of the site's own data: 3 alarm classes, a cluster and two areas, two intrusion areas, two controllers twice.
  expect(owned.byType).toEqual({
    Alarm: 3,
    Area: 3,
    IntrusionArea: 2,
    Unit: 2,
    IntrusionUnit: 2,
    Door: eligible['door'],
    Elevator: eligible['elevator'],
    CardholderGroup: eligible['cardholder-group'],
    Cardholder: 12,
    Credential: eligible['credential'],
  });
  expect(expected).toEqual(owned);
  expect(latest).toMatchObject({ trigger: 'first-connection', successful: true, total: owned.total });
});

test('what it brings belongs to the role, and can be counted by its owner over the Web SDK', async () => {
  const site = await openSite();
  await site.untilSynchronized();

  const people = await site.owned('Cardholder');
  expect(people).toHaveLength(12);
  expect(await site.owned('Cardholder', site.role.roleId.replaceAll('-', ''))).toHaveLength(12);
  const [person] = people;
  const properties = 'Name,OwnerRole,OwnerRoleType,Synchronized,Description,CustomFields';
  expect(await site.webSdk('/entity', `entity=${person?.Guid},${properties}`)).toMatchObject({
    OwnerRole: site.role.roleId,
    OwnerRoleType: 'Plugin',
    Synchronized: true,
    Description: null,
    CustomFields: expect.arrayContaining([{ Name: 'Employee number', Value: expect.stringMatching(/^E\d+$/) }]),
  });
});

test('members of visitor workgroups are in the groups, and a credential has its holder', async () => {
  const site = await openSite({}, 40);
  await site.untilSynchronized();

  const { table } = site.securityCenter.world;
  const visitors = [...table.ofType('CardholderGroup')].flatMap(({ collections }) => [
    ...(collections.get('members') ?? []),
  ]);
  expect(visitors.length).toBeGreaterThan(0);
  const holders = [...table.ofType('Credential')].map(({ properties }) => properties.get('cardholderguid'));
  expect(new Set(holders).size).toBe(holders.length);
  expect(holders.every((holder) => table.find(String(holder))?.type === 'Cardholder')).toBe(true);
});

test('credentials stay away where the site has not enabled them', async () => {
  const site = await openSite({ credentials: false });
  await site.untilSynchronized();

  const { owned, expected } = await site.state();
  expect(owned.byType).not.toHaveProperty('Credential');
  expect(expected).toEqual(owned);
});

test('a second one writes nothing twice', async () => {
  const site = await openSite();
  await site.untilSynchronized();
  const before = site.securityCenter.world.book.report();

  await site.tab('POST', '/start-synchronization');
  await site.untilSynchronized('manual');

  const { writes: _, ...after } = site.securityCenter.world.book.report();
  expect(before).toMatchObject(after);
});

test('it takes the time that its rate gives it, and shows how far it is', async () => {
  const site = await openSite({ entitiesPerSecond: 20 });
  const { latest } = await site.until((state) => (state.latest?.synchronized ?? 0) >= 5);

  expect(latest).toMatchObject({ state: 'running', successful: null });
  expect(latest?.synchronized).toBeLessThan(latest?.total ?? 0);
  expect(latest?.byType[0]).toEqual({ type: 'Alarm', total: 3, synchronized: 3 });

  await site.admin('PATCH', '/settings', { entitiesPerSecond: 10_000 });
  await site.untilSynchronized();
});
