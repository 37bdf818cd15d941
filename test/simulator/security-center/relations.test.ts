import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
let group: string;
let other: string;
let person: string;
beforeEach(async () => {
  desk = await openDesk();
  group = await desk.create('CardholderGroup),Name=Visitors');
  other = await desk.create('CardholderGroup),Name=Staff');
  person = await desk.create('Cardholder),FirstName=Ann');
});
afterEach(() => desk.close());

const nobody = '00000000-0000-0000-0000-000000000000';
const groups = () => desk.read(person, 'Groups');
const members = (id = group) => desk.read(id, 'Members');

describe('groups', () => {
  test('keep both sides in step, whichever side is written', async () => {
    await desk.post(`entity=${person},Groups@${group}@${other}`);
    expect([await groups(), await members(), await members(other)]).toEqual([[group, other], [person], [person]]);
    await desk.post(`entity=${group},Members-${person}`);
    expect([await groups(), await members()]).toEqual([[other], []]);
    await desk.post(`entity=${person},Groups@{${group}}`);
    expect([await groups(), await members(), await members(other)]).toEqual([[group], [person], []]);

    await desk.post(`entity=${group},Members*`);

    expect([await groups(), await members()]).toEqual([[], []]);
  });

  test('are joined and left by methods, also over GET', async () => {
    await desk.get(`entity=${group},AddCardholderIntoGroup(${person})`);
    expect(await groups()).toEqual([group]);

    await desk.post(`entity=${group},RemoveCardholderFromGroup(${person})`);

    expect(await groups()).toEqual([]);
    expect(await desk.admin('GET', '/writes')).toMatchObject({ updates: 2, rewrites: 0 });
  });

  test('refuse a member that joins twice, that is none, or that does not exist', async () => {
    await desk.post(`entity=${person},Groups@${group}`);

    const codes: unknown[] = [];
    for (const id of [group, person, nobody])
      codes.push((await desk.post(`entity=${person},Groups@${id}`)).result.SdkErrorCode);

    expect(codes).toEqual(['InvalidOperation', 'InvalidValue', 'UnableToRetrieveEntity']);
    expect(await groups()).toEqual([group]);
  });

  test('forget a member that is deleted, and members forget a group', async () => {
    await desk.post(`entity=${person},Groups@${group}@${other}`);

    await desk.ask('DELETE', `/WebSdk/entity/${other}`);
    expect(await groups()).toEqual([group]);
    await desk.ask('DELETE', `/WebSdk/entity/${person}`);

    expect(await members()).toEqual([]);
  });

  test('show the group of all cardholders where the option says so', async () => {
    await desk.close();
    desk = await openDesk({ showAllCardholdersGroup: true });
    const id = await desk.create('Cardholder),FirstName=Ann');
    expect(await desk.read(id, 'Groups')).toEqual(['00000000-0000-0000-0000-000000000008']);
  });

  test('never know somebody whose creation was refused', async () => {
    const answer = await desk.post(`entity=NewEntity(Cardholder),Groups@${group},Colour=red`);

    expect(answer.state).toBe('Fail');
    expect(await members()).toEqual([]);
  });
});

describe('the holder of a credential', () => {
  test('is assigned from either side, and changes', async () => {
    const card = await desk.create(`Credential),CardholderGuid=${person}`);
    const second = await desk.create('Cardholder),FirstName=Bea');
    expect(await desk.read(person, 'Credentials')).toEqual([card]);

    await desk.post(`entity=${second},Credentials@${card}`);
    expect(await desk.read(card, 'CardholderGuid')).toBe(second);
    expect(await desk.read(person, 'Credentials')).toEqual([]);
    await desk.post(`entity=${second},Credentials-${card}`);
    expect(await desk.read(card, 'CardholderGuid')).toBe(nobody);
    await desk.post(`entity=${card},CardholderGuid=${person}`);
    await desk.post(`entity=${card},CardholderGuid=${nobody}`);

    expect(await desk.read(person, 'Credentials')).toEqual([]);
  });

  test('must be a cardholder that exists; nothing is left behind when a create is refused', async () => {
    const wrong = await desk.post(`entity=NewEntity(Credential),CardholderGuid=${group}`);
    await desk.create('Credential),Format=WiegandStandardCredentialFormat(1,2)');
    const twin = `CardholderGuid=${person},Format=WiegandStandardCredentialFormat(1,2)`;
    const refused = await desk.post(`entity=NewEntity(Credential),${twin}`);

    expect([wrong.result.SdkErrorCode, refused.state]).toEqual(['InvalidValue', 'Fail']);
    expect(await desk.read(person, 'Credentials')).toEqual([]);
  });

  test('is nobody, and no ghost, when the creation of the cardholder who took it was refused', async () => {
    const card = await desk.create('Credential)');

    await desk.post(`entity=NewEntity(Cardholder),Credentials@${card},Colour=red`);

    expect(await desk.read(card, 'CardholderGuid')).toBe(nobody);
  });

  test('is nobody any more when the cardholder is deleted', async () => {
    const card = await desk.create(`Credential),CardholderGuid=${person}`);

    await desk.ask('DELETE', `/WebSdk/entity/${person}`);

    expect(await desk.read(card, 'CardholderGuid')).toBe(nobody);
  });
});

describe('partitions and floors', () => {
  const root = '00000000-0000-0000-0000-00000000000b';

  test('an entity is put into a partition by a call, or by the choice of the session', async () => {
    await desk.post(`entity=${person},InsertIntoPartition(${root})`);
    expect(await desk.admin('GET', '/writes')).toMatchObject({ updates: 1, rewrites: 0 });
    await desk.ask('POST', `/WebSdk/creationpartition/${root}`);
    const door = await desk.create('Door),Name=Gate');
    expect(await desk.read(root, 'Members')).toEqual([person, door]);

    await desk.admin('POST', '/restart');
    await desk.create('Door),Name=Gate 2');

    expect(await desk.read(root, 'Members')).toEqual([person, door]);
    expect((await desk.ask('POST', `/WebSdk/creationpartition/${person}`)).state).toBe('Fail');
  });

  test('a partition forgets what is deleted', async () => {
    await desk.post(`entity=${person},InsertIntoPartition(${root})`);

    await desk.ask('DELETE', `/WebSdk/entity/${person}`);

    expect(await desk.read(root, 'Members')).toEqual([]);
    expect((await desk.post(`entity=${group},(partitions)@${root}`)).state).toBe('Fail');
  });

  test('an elevator has floors, which are areas', async () => {
    const area = await desk.create('Area),Name=First floor');
    const lift = await desk.create(`Elevator),Name=Lift,Floors@${area}`);

    expect(await desk.read(lift, 'Floors')).toEqual([area]);
    expect((await desk.post(`entity=${lift},Floors@${person}`)).state).toBe('Fail');
  });
});
