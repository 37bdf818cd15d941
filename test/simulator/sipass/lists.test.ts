import { describe, expect, test } from 'vitest';
import { openClient, startSipass, window } from './hr-client.ts';

describe('list of cardholders', () => {
  test('carries only the asked fields, and always Token, Potrait and _links', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const { body } = await client.call('GET', `Cardholders?${window(0, 5, 'Status')}`);

    expect(body.TotalRecords).toBe(40);
    for (const record of body.Records) {
      expect(Object.keys(record).sort()).toEqual(['Potrait', 'Status', 'Token', '_links']);
    }
  });

  test.each([
    ['mp270', 11],
    ['mp28x', 10],
  ] as const)('endIndex of %s gives %i records for the window from 0 to 10', async (profile, expected) => {
    const sipass = await startSipass({ profile });
    const client = await openClient(sipass.url);

    const { body } = await client.call('GET', `Cardholders?${window(0, 10)}`);

    expect(body.Records).toHaveLength(expected);
  });

  test('cuts a window that is too wide without a word', async () => {
    const sipass = await startSipass({ windowMax: 7 });
    const client = await openClient(sipass.url);

    const { body } = await client.call('GET', `Cardholders?${window(0, 10_000)}`);

    expect([body.Records.length, body.TotalRecords]).toEqual([7, 40]);
  });

  test('is sorted by the asked field, and a walk meets everybody once', async () => {
    const sipass = await startSipass({ cardholders: 75 });
    const client = await openClient(sipass.url);

    const { body } = await client.call('GET', `Cardholders?${window(0, 100, 'LastName')}`);
    const tokens = await client.walk(10);

    const names: string[] = body.Records.map((record: { LastName: string }) => record.LastName);
    const collator = new Intl.Collator('en', { sensitivity: 'base' });
    expect(names).toEqual([...names].sort(collator.compare));
    expect(new Set(tokens).size).toBe(75);
    expect(tokens).toHaveLength(75);
  });

  test('takes JSON parameters in single quotes, and refuses a field or filter it does not know', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const ask = (sort: string, filter: string) =>
      client.call('GET', `Cardholders?${new URLSearchParams({ sortingOrder: sort, filterExpression: filter })}`);

    const lenient = await ask("{'FieldName':'FirstName','Value':'','SortingOrder':0}", "{'Identifier':''}");
    const badField = await ask('{"FieldName":"ShoeSize"}', '{}');
    const badFilter = await ask('', '{"Identifier":"7"}');

    expect([lenient.status, badField.status, badFilter.status]).toEqual([200, 400, 400]);
  });

  test('searches names and employee numbers', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const { body } = await client.call('GET', 'Cardholders?searchString=e100007&fields=EmployeeNumber');

    expect(body.Records).toMatchObject([{ EmployeeNumber: 'E100007' }]);
  });
});

describe('other lists', () => {
  test('paths ignore case and a final slash', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const plain = await client.call('GET', 'AccessPoints');
    const odd = await client.call('GET', '../../../API/v1/HR/accesspoints/');

    expect(odd.status).toBe(200);
    expect(odd.body).toEqual(plain.body);
  });

  test('access points do not know their number; groups of them leave the totals out', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const points = await client.call('GET', 'AccessPoints');
    const groups = await client.call('GET', 'FloorPointGroups');

    expect(points.body).toMatchObject({ TotalRecords: -1, TotalDisplayRecords: -1 });
    expect(points.body.Records.length).toBeGreaterThanOrEqual(6);
    expect(Object.keys(groups.body)).toEqual(['Records']);
  });

  test.each(['TimeSchedules', 'CardTechnologies', 'CredentialProfiles'])(
    '%s is a bare array in one profile and an envelope in the other',
    async (list) => {
      const old = await openClient((await startSipass({ profile: 'mp270' })).url);
      const recent = await openClient((await startSipass({ profile: 'mp28x' })).url);

      const array = (await old.call('GET', list)).body;
      const envelope = (await recent.call('GET', list)).body;

      expect(Array.isArray(array)).toBe(true);
      expect(envelope.Records).toEqual(array);
    },
  );

  test('workgroups show their type only in the detail, which is a query on the list', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const { body } = await client.call('GET', 'WorkGroups');

    const details = await Promise.all(
      body.Records.map(async ({ Token }) => {
        const detail = await client.call('GET', `WorkGroups?workGroupID=${Token}`);
        return detail.body;
      }),
    );

    expect(body.Records[0]).toEqual({ Name: '<None>', Token: 1, _links: [] });
    expect(details.filter((detail) => detail.Type === 3).length).toBeGreaterThan(2);
    const truth = sipass.world.truth()['eligible'];
    expect(truth).toMatchObject({ 'cardholder-group': details.filter((detail) => detail.Type === 3).length });
  });

  test('levels name their rules in the singular, groups name their levels', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const level = await client.call('GET', 'AccessLevels/301');
    const group = await client.call('GET', 'AccessGroups/401');

    expect(level.body.AccessRule[0]).toMatchObject({ RuleType: 2, StartDate: null });
    expect(group.body.AccessLevels[0]).toMatchObject({ Name: expect.any(String), Token: expect.any(String) });
  });

  test('what does not exist is 404, a verb that does not is 405', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const missing = await client.call('GET', 'AccessLevels/999999');
    const unknown = await client.call('GET', 'Doors');
    const verb = await client.call('DELETE', 'AccessPoints');

    expect([missing.status, unknown.status, verb.status]).toEqual([404, 404, 405]);
  });
});
