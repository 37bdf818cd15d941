/** The SiPass source over the simulated HR API: the contract under every variant of the server, and what records hold. */
import { afterEach, describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../../src/connectors/connector.ts';
import type { CodedError } from '../../../src/core/errors.ts';
import { describeSource, walkAll } from '../../../src/testing/index.ts';
import { openSite, type Site } from './site.ts';

const { signal } = new AbortController();
const listed = ['workgroup', 'access-point', 'access-point-group', 'floor-point-group'] as const;

function keysOf({ sipass }: Site, kind: string): readonly string[] {
  const { site, cardholders } = sipass.world;
  if (kind === 'cardholder') return cardholders.order('Token');
  if (kind === 'workgroup') return site.workgroups.map(({ token }) => String(token));
  if (kind === 'access-point') return site.accessPoints.map(({ token }) => token);
  if (kind === 'access-point-group') return site.accessPointGroups.map(({ token }) => token);
  return site.floorPointGroups.map(({ token }) => token);
}

const variants = [
  ['mp270: inclusive windows, arrays', { profile: 'mp270' }],
  ['mp28x: exclusive windows, envelopes', { profile: 'mp28x' }],
  ['windows cut short, totals -1', { windowMax: 7, totals: 'unknown' }],
  ['the shortest windows that show anything new, no totals', { windowMax: 4, totals: 'absent', profile: 'mp270' }],
] as const;

describe.each(variants)('%s', (name, simulator) => {
  describeSource(`SiPass (${name})`, async () => {
    const site = await openSite(simulator);
    return {
      source: site.source,
      reopen: async () => site.open(),
      kinds: ['cardholder', ...listed],
      keys: async (kind) => keysOf(site, kind),
      absentKey: '999999',
      close: () => site.close(),
    };
  });
});

describe('what records hold', () => {
  let site: Site;
  afterEach(() => site.close());

  const change = (token: string, members: object) => {
    const { cardholders } = site.sipass.world;
    cardholders.write(token, { ...cardholders.read(token), ...members });
  };
  const read = async (token: string) => (await site.source.get('cardholder', token, signal))?.value;

  test('a cardholder in the vocabulary of the mapping, without what changes by itself and without PINs', async () => {
    site = await openSite();
    change('7', {
      FirstName: 'Anna',
      LastName: 'Ünal',
      EmployeeNumber: '',
      StartDate: '2020-01-01T00:00:00+01:00',
      EndDate: null,
      Attributes: { Void: false, Visitor: true },
      PrimaryWorkgroupId: 2_000_000_003,
      NonPartitionWorkGroups: [{ WorkGroupId: 2_000_000_009, WorkGroupName: 'x' }, { WorkGroupId: 2_000_000_002 }],
      Credentials: [
        { CardNumber: '0042', FacilityCode: 12, ProfileName: 'Badge', Active: true, Pin: '4711', StartDate: null },
        { CardNumber: '43' },
      ],
      AccessRules: [],
      CustomFields: [{ FiledName: 'Locker', FieldValue: '7' }, { FiledName: 'Empty' }],
      PersonalDetails: { ContactDetails: { Email: 'anna@example.com' } },
    });

    const value = await read('7');

    expect(value).toEqual({
      firstName: 'Anna',
      lastName: 'Ünal',
      employeeNumber: null,
      generalInformation: expect.toSatisfy((text) => text === null || typeof text === 'string'),
      email: 'anna@example.com',
      mobileNumber: null,
      phoneNumber: null,
      startDate: '2019-12-31T23:00:00Z',
      endDate: null,
      void: false,
      visitor: true,
      isolate: false,
      validity: 'valid',
      primaryWorkgroupId: '2000000003',
      nonPartitionWorkgroups: [{ workgroupId: '2000000002' }, { workgroupId: '2000000009' }],
      credentials: [
        {
          cardNumber: '0042',
          facilityCode: 12,
          cardTechnologyCode: 0,
          profileName: 'Badge',
          startDate: null,
          endDate: null,
          active: true,
        },
        {
          cardNumber: '43',
          facilityCode: 0,
          cardTechnologyCode: 0,
          profileName: null,
          startDate: null,
          endDate: null,
          active: false,
        },
      ],
      accessRules: [],
      customFields: [{ name: 'Locker', value: '7' }],
    });
    expect(JSON.stringify(value)).not.toContain('4711');
  });

  test('what is missing, null or default makes no difference', async () => {
    site = await openSite();
    const bare = { FirstName: 'A', LastName: 'B', Status: 62, Credentials: [{ CardNumber: '1' }] };
    const full = {
      ...bare,
      EmployeeNumber: '',
      Attributes: { Void: false },
      PrimaryWorkgroupId: 0,
      Credentials: [{ CardNumber: '1', FacilityCode: 0, ProfileName: null, Active: false, EndDate: '' }],
      AccessRules: null,
      PersonalDetails: { ContactDetails: { Email: '', PhoneNumber: null } },
      CustomFields: [{ FiledName: 'Empty', FieldValue: '' }],
    };
    const { cardholders } = site.sipass.world;
    cardholders.write('7', bare);
    cardholders.write('8', full);

    expect(await read('7')).toEqual(await read('8'));
  });

  test('a visitor workgroup is told from others, by its detail', async () => {
    site = await openSite();

    const { records } = await walkAll(site.source, 'workgroup');

    const visitor = site.sipass.world.site.workgroups
      .filter(({ type }) => type === 3)
      .map(({ token }) => String(token));
    const found = records.filter(({ value }) => value['type'] === 3).map(({ key }) => key);
    expect(found.sort()).toEqual(visitor.sort());
    expect(records.find(({ value }) => value['name'] === 'Test Cards')?.value).toMatchObject({ type: 2, void: true });
  });

  test('a date that is none is refused, because it could be the end of a right', async () => {
    site = await openSite();
    change('7', { EndDate: 'soon' });

    await expect(read('7')).rejects.toMatchObject({
      code: 'SW_REPLY_UNEXPECTED',
      message: expect.stringMatching(/EndDate: .*date/),
    });
  });

  test('a status that the profile does not know is kept as it is', async () => {
    site = await openSite({ profile: 'mp28x' });
    change('7', { EndDate: '2020-01-01T00:00:00Z', Attributes: {} });

    expect(await read('7')).toMatchObject({ validity: 'unknown:64' });
  });

  test.each([
    ['mp270', { Attributes: { Void: true } }, 'void'],
    ['mp28x', { Attributes: { Void: true } }, 'void'],
    ['mp270', { Attributes: {}, EndDate: '2020-01-01T00:00:00Z' }, 'expired'],
    ['mp270', { Attributes: {}, StartDate: '2090-01-01T00:00:00Z', EndDate: null }, 'not-started'],
  ] as const)('%s %j is %s', async (profile, members, validity) => {
    site = await openSite({ profile });
    change('7', members);

    expect(await read('7')).toMatchObject({ validity });
  });

  test('dates without an offset are taken in the configured zone', async () => {
    site = await openSite({}, { timeZoneOffsetMinutes: 120 });
    change('7', { EndDate: '2031-06-01T12:00:00' });

    expect(await read('7')).toMatchObject({ endDate: '2031-06-01T10:00:00Z' });
  });
});

describe('what a server may get wrong', () => {
  let site: Site;
  afterEach(() => site.close());
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'no failure',
      (error: unknown) => error as CodedError,
    );

  test('someone who is deleted between list and detail is left out', async () => {
    site = await openSite();
    await site.fault({ kind: 'hide-details', tokens: ['9', '12'], status: 404 });

    const { records } = await walkAll(site.source, 'cardholder');

    const keys = records.map(({ key }: SourceRecord) => key);
    expect(keys).toHaveLength(33);
    expect(keys).not.toContain('9');
  });

  test('a detail that fails ends the page, and the same cursor reads it again', async () => {
    site = await openSite();
    const first = await site.source.walk('cardholder', null, signal);
    await site.fault({ kind: 'status', status: 503, match: { path: '/cardholders/' }, afterRequests: 3, times: 1 });

    const broken = await failure(site.source.walk('cardholder', first.next, signal));
    const rest = await walkAll(site.source, 'cardholder', first.next);

    expect(broken).toMatchObject({ code: 'SW_SERVER_FAILED' });
    expect(new Set([...first.records, ...rest.records].map(({ key }) => key)).size).toBe(35);
    expect(first.records.length + rest.records.length).toBe(35);
  });

  test('an answer that is cut in the middle of a list is a failure, never a shorter list', async () => {
    site = await openSite();
    await site.fault({ kind: 'cut', afterBytes: 300, match: { path: '/cardholders?' }, times: 1 });

    expect(await failure(site.source.walk('cardholder', null, signal))).toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test('a list that states more rows than it holds is not complete', async () => {
    site = await openSite();
    await site.fault({ kind: 'totals', total: 40 });

    expect(await failure(walkAll(site.source, 'cardholder'))).toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
    expect(await failure(walkAll(site.source, 'workgroup'))).toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
  });

  test('a total of -1 is no total', async () => {
    site = await openSite({ totals: 'unknown' });

    expect((await site.source.walk('cardholder', null, signal)).total).toBeNull();
    expect((await site.source.walk('access-point', null, signal)).total).toBeNull();
  });

  test('a list that says it is empty is empty: what that means is for others to judge', async () => {
    site = await openSite();
    await site.fault({ kind: 'empty-list' });

    expect(await walkAll(site.source, 'cardholder')).toMatchObject({ records: [] });
    expect(await walkAll(site.source, 'access-point')).toMatchObject({ records: [] });
  });

  test('a server that never answers is a time-out', async () => {
    site = await openSite();
    await site.source.probe(signal);
    await site.fault({ kind: 'hang', match: { path: '/cardholders/7' } });

    const read = failure(site.source.get('cardholder', '7', signal));
    await expect.poll(() => site.sipass.faults.list()[0]?.hits).toBe(1);
    await site.clock.advance(30_000);

    expect(await read).toMatchObject({ code: 'SW_TIMEOUT' });
  });

  test('a stopped server is unreachable', async () => {
    site = await openSite();
    await site.source.probe(signal);
    await site.fault({ kind: 'refuse' });

    expect(await failure(site.source.probe(signal))).toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test('the version comes from the Server header', async () => {
    site = await openSite({ profile: 'mp270', version: '2.76.1' });

    expect(await site.source.probe(signal)).toMatchObject({ product: 'SiPass integrated', version: '2.76.1' });
  });
});
