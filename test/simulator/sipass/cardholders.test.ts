import { describe, expect, test } from 'vitest';
import { profileIds } from '../../../src/simulator/sipass/profile.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { freshFetch } from '../fresh-fetch.ts';
import { admin, type HrClient, openClient, startSipass } from './hr-client.ts';

const first = '7';
const get = async (client: HrClient, token = first) => (await client.call('GET', `Cardholders/${token}`)).body;

describe('detail', () => {
  test('keeps the misspelt keys of the wire, and leaves out what has its default', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    const person = await get(client);

    expect(person).toMatchObject({ Token: first, PrimaryWorkgroupId: expect.any(Number) });
    expect(person.Potrait).toMatch(/^api\/V1\/cardholders\/images\?imgId=7&token=[0-9a-f]{64}&noCache=\d+$/);
    expect(person.CustomFields[1]).toEqual({ FiledName: 'CustomTextBoxControl1__CF_CF', Behaviour: 0 });
    expect(Object.values(person.Attributes).every((value) => value === true)).toBe(true);
    expect(Object.values(person)).not.toContain(null);
  });

  test('differs between two readings only in its volatile members', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const stable = ({ TraceDetails: _trace, Potrait: _portrait, ...rest }: Record<string, unknown>) => rest;

    const one = await get(client);
    const two = await get(client);

    expect(two.Potrait).not.toBe(one.Potrait);
    expect(two['TraceDetails']).not.toEqual(one['TraceDetails']);
    expect(stable(two)).toEqual(stable(one));
  });

  test('the address of the portrait answers a JPEG without a session, and nothing with another token', async () => {
    const sipass = await startSipass();
    const { Potrait } = await get(await openClient(sipass.url));

    const image = await freshFetch(`${sipass.url}/${Potrait}`);
    const bytes = new Uint8Array(await image.arrayBuffer());
    const forged = await freshFetch(`${sipass.url}/${Potrait.replace(/token=./, 'token=x')}`);

    expect(image.headers.get('content-type')).toBe('image/jpeg');
    expect([...bytes.slice(0, 2), ...bytes.slice(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect(forged.status).toBe(404);
  });

  test('rules carry explicit nulls, and people none to three credentials of which the first may be inactive', async () => {
    const sipass = await startSipass({ cardholders: 200 });
    const client = await openClient(sipass.url);

    const people = await Promise.all((await client.walk(200)).map((token) => get(client, token)));

    const counts = new Set(people.map((person) => person.Credentials.length));
    expect([...counts].sort()).toEqual([0, 1, 2, 3]);
    expect(people.some((person) => person.Credentials[0]?.Active === false)).toBe(true);
    const rules = people.flatMap((person) => person.AccessRules);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.every((rule) => rule.ArmingRightsId === null)).toBe(true);
    const cards = people.flatMap((person) => person.Credentials);
    const keys = cards.map((card) => `${card.CardTechnologyCode}/${card.FacilityCode}/${Number(card.CardNumber)}`);
    expect(new Set(keys).size).toBe(keys.length);
    const withCard = people.filter((person) => person.Credentials.length > 0).length;
    expect(sipass.world.truth()['eligible']).toMatchObject({ cardholder: 200, credential: withCard });
  });
});

describe('status', () => {
  const table = {
    mp270: { valid: 61, void: 62, expired: 63, beforeStart: 64, workgroupVoid: 65 },
    mp28x: { valid: 62, void: 63, expired: 64, beforeStart: 65, workgroupVoid: 66 },
  };

  test.each(profileIds)('follows the clock without any write (%s)', async (profile) => {
    const clock = new VirtualClock(Date.parse('2026-06-01T12:00:00Z'));
    const sipass = await startSipass({ profile, sessionTimeoutS: 86_400 }, { clock });
    const client = await openClient(sipass.url);
    const change = (members: object) => admin(sipass, 'PATCH', `/cardholders/${first}`, members);
    const status = async () => (await get(client)).Status;
    const expected = table[profile];

    await change({
      StartDate: '2026-06-01T13:00:00Z',
      EndDate: '2026-06-01T14:00:00Z',
      Attributes: {},
      PrimaryWorkgroupId: 2_000_000_001,
    });

    expect(await status()).toBe(expected.beforeStart);
    clock.jump(3_600_000);
    expect(await status()).toBe(expected.valid);
    clock.jump(3_600_000);
    expect(await status()).toBe(expected.expired);
    await change({ PrimaryWorkgroupId: sipass.world.site.workgroups.find((group) => group.void)?.token ?? 0 });
    expect(await status()).toBe(expected.workgroupVoid);
    await change({ Attributes: { Void: true } });
    expect(await status()).toBe(expected.void);
  });
});

describe('writing', () => {
  const writable = (person: object) => ({
    AccessRules: [],
    SmartCardProfileId: '0',
    TraceDetails: {},
    ...person,
  });

  test('a whole object that was read can be written back changed', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const person = await get(client);

    const put = await client.call(
      'PUT',
      `Cardholders/${first}`,
      writable({ ...person, LastName: "O'Brien, Jr. #1+2" }),
    );

    expect(put.status).toBe(200);
    expect((await get(client)).LastName).toBe("O'Brien, Jr. #1+2");
    expect((await client.walk(100)).length).toBe(40);
  });

  test('creates with 201 and a new token, and deletes', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const person = await get(client);

    const created = await client.call('POST', 'Cardholders', writable({ ...person, Token: '-1' }));
    const token: string = created.body.Token;
    const before = (await client.walk(100)).length;
    const deleted = await client.call('DELETE', `Cardholders/${token}`);
    const gone = await client.call('GET', `Cardholders/${token}`);

    expect([created.status, before, deleted.status, gone.status]).toEqual([201, 41, 200, 404]);
    expect(token).not.toBe('-1');
  });

  test('a missing member is HTTP 500', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const { Vehicle2: _missing, ...person } = writable(await get(client)) as Record<string, unknown>;

    const answer = await client.call('POST', 'Cardholders', person);

    expect(answer).toMatchObject({
      status: 500,
      body: { ErrorCode: 903, Message: expect.stringContaining('Vehicle2') },
    });
  });

  test('ManagerEmailAddress is demanded by the new profile only', async () => {
    const write = async (profile: 'mp270' | 'mp28x') => {
      const sipass = await startSipass({ profile });
      const client = await openClient(sipass.url);
      const person = await get(client);
      const { ManagerEmailAddress: _address, ...contact } = person.PersonalDetails.ContactDetails;
      const details = { ...person.PersonalDetails, ContactDetails: contact };
      return (await client.call('POST', 'Cardholders', writable({ ...person, PersonalDetails: details }))).status;
    };

    expect([await write('mp270'), await write('mp28x')]).toEqual([201, 500]);
  });

  test('empty names and dates that are none are refused', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const person = writable(await get(client));

    const noName = await client.call('POST', 'Cardholders', { ...person, FirstName: '' });
    const noDate = await client.call('POST', 'Cardholders', { ...person, EndDate: 'tomorrow' });

    expect([noName.body.ErrorCode, noDate.body.ErrorCode]).toEqual([909, 909]);
  });
});
