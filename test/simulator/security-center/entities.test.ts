import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const refusal = ({ state, result }: Awaited<ReturnType<Desk['post']>>) => state === 'Fail' && result.SdkErrorCode;

describe('entities', () => {
  test('are created with an id of the server, and read back by it with or without dashes', async () => {
    const id = await desk.create('Cardholder),FirstName=Ann,LastName=O\\,Hara,Description=syncwarden:x:cardholder:1;');
    const plain = await desk.get(`entity=${id.replaceAll('-', '')},firstname,LastName`);

    expect(plain.result).toEqual({ firstname: 'Ann', LastName: 'O,Hara' });
    expect((await desk.get(`entity=${id}`)).result).toEqual({});
  });

  test('have ids that follow from the seed', async () => {
    const twin = await openDesk();
    try {
      expect(await twin.create('Door)')).toBe(await desk.create('Door)'));
    } finally {
      await twin.close();
    }
  });

  test('without a name get one that holds their id', async () => {
    const id = await desk.create('Cardholder)');
    expect(await desk.read(id, 'Name')).toBe(`New_Cardholder_${id.replaceAll('-', '')}`);
  });

  test('several are answered in order, and one that is gone refuses the whole query', async () => {
    const [a, b] = [await desk.create('Door),Name=A'), await desk.create('Door),Name=B')];
    expect((await desk.get(`entity=${b},Name,entity=${a},Name`)).result).toEqual([{ Name: 'B' }, { Name: 'A' }]);

    await desk.ask('DELETE', `/WebSdk/entity/${a}`);

    const gone = await desk.get(`entity=${b},Name,entity=${a},Name`);
    expect([gone.status, gone.state]).toEqual([200, 'Fail']);
    expect(gone.result.Message).toContain('does not exist');
  });

  test('are found by a logical id, which is unique within its type', async () => {
    const door = await desk.create('Door),Name=Gate,LogicalId=7');
    const lift = await desk.create('Elevator),Name=Lift,LogicalId=7');

    expect((await desk.get('entity=LogicalId(Door,7),Guid')).result).toEqual({ Guid: door });
    expect((await desk.ask('GET', '/WebSdk/entity/LogicalId(Elevator,7)')).result.Guid).toBe(lift);
    expect(refusal(await desk.post('entity=NewEntity(Door),LogicalId=7'))).toBe('InvalidValue');
    expect(refusal(await desk.post(`entity=${door},LogicalId=10000000`))).toBe('InvalidValue');
    await desk.post(`entity=${door},LogicalId=8`);
    expect(refusal(await desk.get('entity=LogicalId(Door,7),Guid'))).toBe('UnableToRetrieveEntity');
  });

  test('exist or not, and are read whole or in their base properties', async () => {
    const id = await desk.create('Cardholder),FirstName=Ann');
    const exists = async (one: string) => (await desk.ask('GET', `/WebSdk/entity/exists/${one}`)).result.Exists;

    const whole = (await desk.ask('GET', `/WebSdk/entity/${id}`)).result;
    const basic = (await desk.ask('GET', `/WebSdk/entity/basic/${id}`)).result.Entity;

    expect([await exists(id), await exists(id.replace(/^./, 'x'))]).toEqual([true, false]);
    expect(whole).toMatchObject({ Guid: id, EntityType: 'Cardholder', FirstName: 'Ann', IsOnline: true, Groups: [] });
    expect(basic).toMatchObject({ Guid: id, RunningState: 'Running', CreatedOn: '2023-11-14T22:13:20Z' });
    expect(basic).not.toHaveProperty('FirstName');
  });

  test('know when they were changed, and do not when the change changed nothing', async () => {
    const id = await desk.create('Door),Name=Gate');
    desk.clock.jump(60_000);
    await desk.post(`entity=${id},Name=Gate`);
    expect(await desk.read(id, 'ModifiedOn')).toBe('2023-11-14T22:13:20Z');

    await desk.post(`entity=${id},Name=Gate 2`);

    expect(await desk.read(id, 'ModifiedOn')).toBe('2023-11-14T22:14:20Z');
  });

  test('that came with the system are not deleted', async () => {
    const { result } = await desk.search('EntityTypes@Server');
    const all = '00000000-0000-0000-0000-000000000008';

    expect(refusal(await desk.ask('DELETE', `/WebSdk/entity/${result[0]?.Guid}`))).toBe('InvalidOperation');
    expect(refusal(await desk.ask('DELETE', `/WebSdk/entity/${all}`))).toBe('InvalidOperation');
    expect(refusal(await desk.post('entity=NewEntity(Server),Name=Mine'))).toBe('InvalidOperation');
  });
});

describe('properties', () => {
  test('GET neither creates nor sets', async () => {
    const id = await desk.create('Door),Name=Gate');

    expect(refusal(await desk.get('entity=NewEntity(Door),Guid'))).toBe('InvalidOperation');
    expect(refusal(await desk.get(`entity=${id},Name=Other`))).toBe('InvalidOperation');
    expect(await desk.read(id, 'Name')).toBe('Gate');
  });

  test('an unescaped comma is caught: what follows is no property', async () => {
    const before = await desk.admin('GET', '/writes');
    const careless = await desk.post('entity=NewEntity(Cardholder),LastName=Smith,Jr,Guid');

    expect(refusal(careless)).toBe('CannotGetProperty');
    expect(await desk.admin('GET', '/writes')).toEqual(before);
  });

  test('a plus must come as %2B, and a number sign cannot come at all', async () => {
    const id = await desk.create('Door)');
    await desk.ask('POST', `/WebSdk/entity?q=entity=${id},Name=a+b%2Bc`);
    expect(await desk.read(id, 'Name')).toBe('a b+c');

    expect(refusal(await desk.post(`entity=${id},Name=Gate #4`))).toBe('SdkRequestError');
  });

  test.each(['Name', 'Description', 'FirstName', 'LastName', 'MobilePhoneNumber'])(
    'refuses more than 100 characters of %s',
    async (property) => {
      expect((await desk.post(`entity=NewEntity(Cardholder),${property}=${'x'.repeat(100)}`)).state).toBe('Ok');
      expect(refusal(await desk.post(`entity=NewEntity(Cardholder),${property}=${'x'.repeat(101)}`))).toBe(
        'InvalidValue',
      );
    },
  );

  test.each([
    ['ActivationDate=2026-01-01', 'InvalidOperation', 'The property ActivationDate has no setter'],
    ['Status.State=Inactive', 'InvalidOperation', 'The property Status.State has no setter'],
    ['Colour=red', 'CannotSetProperty', "Cardholder has no property 'Colour'"],
    ['State=Sleeping', 'InvalidValue', ''],
    ['CanEscort=perhaps', 'InvalidValue', ''],
    ['Name=Foo(1)', 'InvalidValue', ''],
    ['Fly(1)', 'InvalidOperation', ''],
    ['Name@x', 'InvalidOperation', ''],
  ])('refuses %s', async (clause, code, message) => {
    const answer = await desk.post(`entity=NewEntity(Cardholder),${clause}`);

    expect(refusal(answer)).toBe(code);
    expect(answer.result.Message).toContain(message);
  });

  test('are read through others by a path', async () => {
    const person = await desk.create('Cardholder),FirstName=Ann');
    const card = await desk.create(
      `Credential),Format=WiegandStandardCredentialFormat(1,2),CardholderGuid=${person.replaceAll('-', '')}`,
    );
    const { result } = await desk.get(`entity=${card},Format.CardId,Cardholder.FirstName,Status.State,Status.Colour`);

    expect(result.SdkErrorCode).toBe('CannotGetProperty');
    expect((await desk.get(`entity=${card},Format.CardId,Cardholder.FirstName,Status.State`)).result).toEqual({
      'Format.CardId': '2',
      'Cardholder.FirstName': 'Ann',
      'Status.State': 'Active',
    });
  });

  test('a refused clause leaves what stood before it done on an entity that exists', async () => {
    const id = await desk.create('Cardholder),FirstName=Ann');

    await desk.post(`entity=${id},FirstName=Bea,Colour=red`);

    expect(await desk.read(id, 'FirstName')).toBe('Bea');
    expect(await desk.admin('GET', '/writes')).toMatchObject({ creates: 1, updates: 1, rewrites: 0 });
  });
});

describe('validity', () => {
  test('the state follows from dates and clock', async () => {
    const at = (ms: number) => new Date(desk.clock.now() + ms).toISOString();
    const id = await desk.create(
      `Cardholder),State=Active,ActivationMode=SpecificActivationPeriod(${at(60_000)},${at(120_000)})`,
    );
    const states: unknown[] = [];
    for (const passMs of [0, 60_001, 60_000]) {
      desk.clock.jump(passMs);
      states.push(await desk.read(id, 'State'));
    }

    expect(states).toEqual(['Inactive', 'Active', 'Expired']);
    await desk.post(`entity=${id},State=Lost`);
    expect(await desk.read(id, 'Status')).toEqual({
      State: 'Lost',
      ActivationDate: '2023-11-14T22:14:20Z',
      ExpirationDate: '2023-11-14T22:15:20Z',
    });
  });

  test('an end may be given as a date or as a span from now; an end before the beginning is refused', async () => {
    const id = await desk.create('Cardholder),ActivationMode=RelativeDeactivation(6.00:00:01)');
    expect(await desk.read(id, 'Status.ExpirationDate')).toBe('2023-11-20T22:13:21Z');
    await desk.post(`entity=${id},ActivationMode=SpecificDeactivation(2030-01-01T00:00:00Z)`);
    expect(await desk.read(id, 'Status.ExpirationDate')).toBe('2030-01-01T00:00:00Z');

    const backwards = 'SpecificActivationPeriod(2030-01-01T00:00:00Z,2029-01-01T00:00:00Z)';
    expect(refusal(await desk.post(`entity=${id},ActivationMode=${backwards}`))).toBe('InvalidValue');
    expect(refusal(await desk.post(`entity=${id},ActivationMode=SpecificDeactivation(never)`))).toBe('InvalidValue');
  });

  test('enumerations are shown by number where the option says so, and differ by type', async () => {
    await desk.close();
    desk = await openDesk({ enums: 'number' });
    const person = await desk.create('Cardholder),State=1');
    const card = await desk.create('Credential),State=Inactive');

    expect((await desk.get(`entity=${person},State,EntityType,RunningState`)).result).toEqual({
      State: 1,
      EntityType: 7,
      RunningState: 0,
    });
    expect(await desk.read(card, 'State')).toBe(2);
  });
});

describe('credentials', () => {
  test.each([
    ['WiegandStandardCredentialFormat(255,65535)', { Facility: 255, CardId: '65535', BitLength: 26 }],
    ['WiegandH10302CredentialFormat(34359738367)', { CardId: '34359738367', BitLength: 37 }],
    ['H10304CredentialFormat(65535,524287)', { Type: 'WiegandH10304CredentialFormat', Facility: 65_535 }],
    ['WiegandH10306CredentialFormat(65535,65535)', { BitLength: 34 }],
    ['WiegandCSN32CredentialFormat(4294967295)', { CardId: '4294967295' }],
    ['LicensePlateCredentialFormat(ABC123)', { LicensePlate: 'ABC123' }],
  ])('take the format %s', async (format, shown) => {
    const id = await desk.create(`Credential),Format=${format}`);
    expect(await desk.read(id, 'Format')).toMatchObject(shown);
  });

  test.each([
    'WiegandStandardCredentialFormat(256,1)',
    'WiegandStandardCredentialFormat(1,65536)',
    'WiegandStandardCredentialFormat(1)',
    'WiegandH10302CredentialFormat(1,2)',
    'WiegandStandardCredentialFormat(1,x)',
    'SomeCredentialFormat(1)',
    'plain',
  ])('refuse the format %s', async (format) => {
    expect(refusal(await desk.post(`entity=NewEntity(Credential),Format=${format}`))).toBe('InvalidValue');
  });

  test('show facility and card in one text where the option says so', async () => {
    await desk.close();
    desk = await openDesk({ formatShape: 'combined' });
    const id = await desk.create('Credential),Format=WiegandStandardCredentialFormat(12,3456)');
    expect(await desk.read(id, 'Format.CardId')).toBe('12 | 3456');
  });

  test('of the same content are refused, in another format they are not, and a deleted one frees its card', async () => {
    const format = 'Format=WiegandStandardCredentialFormat(1,2)';
    const first = await desk.create(`Credential),${format}`);
    expect(refusal(await desk.post(`entity=NewEntity(Credential),${format}`))).toBe('InvalidOperation');
    await desk.create('Credential),Format=WiegandH10306CredentialFormat(1,2)');
    await desk.post(`entity=${first},${format}`);

    await desk.ask('DELETE', `/WebSdk/entity/${first}`);

    await desk.create(`Credential),${format}`);
  });
});
