import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { personAt } from '../../../src/simulator/people.ts';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const guids = async (q: string, report?: string) =>
  ((await desk.search(q, report)).result as readonly { readonly Guid: string }[]).map(({ Guid }) => Guid);

describe('pages', () => {
  test('are counted from 1, and give one row more when another page exists', async () => {
    const ids: string[] = [];
    for (const name of ['A', 'B', 'C', 'D']) ids.push(await desk.create(`Door),Name=${name}`));

    expect(await guids('EntityTypes@Door,Page=1,PageSize=2')).toEqual(ids.slice(0, 3));
    expect(await guids('EntityTypes@Door,Page=2,PageSize=2')).toEqual(ids.slice(2));
    expect(await guids('EntityTypes@Door,Page=3,PageSize=2')).toEqual([]);
    expect((await desk.search('EntityTypes@Door,Page=0')).result.SdkErrorCode).toBe('InvalidValue');
  });

  test('are refused by other reports with the words that were seen', async () => {
    const { result } = await desk.search('Page=1', 'DoorActivity');
    expect([result.SdkErrorCode, result.Message]).toEqual([
      'InvalidOperation',
      "Could not find property 'Page' from filter: 'Page=1'",
    ]);
  });

  test('a property that no filter has is refused in the same words', async () => {
    const { result } = await desk.search('EntityTypes@Cardholder,State=Active');
    expect(result.Message).toBe("Could not find property 'State' from filter: 'State=Active'");
  });
});

describe('filters', () => {
  test('match the beginning of a name and of a description, in any case', async () => {
    const id = await desk.create('Door),Name=North gate,Description=syncwarden:x:door:1;');
    await desk.create('Door),Name=South gate');

    expect(await guids('EntityTypes@Door,Name=north')).toEqual([id]);
    expect(await guids('EntityTypes@Door,Name=gate')).toEqual([]);
    expect(await guids('EntityTypes@Door,Name=gate,NameSearchMode=Contains')).toHaveLength(2);
    expect(await guids('EntityTypes@Door,Description=syncwarden:x')).toEqual([id]);
    expect(await guids('EntityTypes@Door,Description=x:door')).toEqual([]);
  });

  test('take several types, ids, a logical id, and the owner', async () => {
    const door = await desk.create('Door),LogicalId=9');
    const lift = await desk.create('Elevator)');

    expect(await guids('EntityTypes@Door@Elevator')).toEqual([door, lift]);
    expect(await guids('EntityTypeFilter@Elevator')).toEqual([lift]);
    expect(await guids(`EntityGuids@${lift}`)).toEqual([lift]);
    expect(await guids('EntityTypes@Door,LogicalId=9,GuidsOnly=true,StrictResults=true')).toEqual([door]);
    expect(await guids(`EntityTypes@Door,Owner=${lift}`)).toEqual([]);
    expect((await desk.search('EntityTypes@Chair')).result.SdkErrorCode).toBe('InvalidValue');
  });

  test('are about one type in the reports of that type', async () => {
    const card = await desk.create('Credential),Format=WiegandStandardCredentialFormat(1,2)');
    const unique = 'WiegandStandardCredentialFormat|1|2';

    expect(await guids('Page=1', 'CardholderConfiguration')).toHaveLength(3);
    expect(await guids(`UniqueIds@${unique}`, 'CredentialConfiguration')).toEqual([card]);
    expect(await guids('UniqueIds@other', 'CredentialConfiguration')).toEqual([]);
  });
});

describe('rows', () => {
  test('are ids only, and from 5.13.3 on names and descriptions with them', async () => {
    const id = await desk.create('Door),Name=Gate,Description=d,LogicalId=3');
    expect((await desk.search('EntityTypes@Door')).result).toEqual([{ Guid: id }]);

    const rows: unknown[] = [];
    for (const version of ['5.13.2.9', '5.13.3', '5.14.0.0', '6.0.0.0']) {
      await desk.admin('POST', '/faults', { kind: 'version', version, id: 'v' });
      rows.push((await desk.search('EntityTypes@Door')).result[0]);
    }

    const named = { Guid: id, Name: 'Gate', Description: 'd', LogicalId: 3 };
    expect(rows).toEqual([{ Guid: id }, named, named, named]);
  });

  test('beyond a maximum are TooManyResults with a part of them', async () => {
    for (const name of ['A', 'B', 'C']) await desk.create(`Door),Name=${name}`);

    const many = await desk.search('EntityTypes@Door,MaximumResultCount=2');
    const enough = await desk.search('EntityTypes@Door,MaximumResultCount=3');

    expect([many.state, many.result.length]).toEqual(['TooManyResults', 2]);
    expect([enough.state, enough.result.length]).toEqual(['Ok', 3]);
  });

  test('beyond what the server gives at once are TooManyResults, whatever the size of the page', async () => {
    await desk.close();
    desk = await openDesk({ rowsMax: 2 });

    const states = async (q: string) => (await desk.search(q)).state;

    expect(await states('EntityTypes@Cardholder')).toBe('TooManyResults');
    expect(await states('EntityTypes@Cardholder,Page=1,PageSize=5')).toBe('TooManyResults');
    expect(await states('EntityTypes@Cardholder,Page=1,PageSize=1')).toBe('Ok');
  });
});

test('people who are not ours are there already, made from the seed', async () => {
  const { firstName } = personAt(1_001, 0);
  const [first = ''] = await guids('EntityTypes@Cardholder');

  expect(await desk.read(first, 'FirstName')).toBe(firstName);
  expect(await guids('EntityTypes@Cardholder,Description=syncwarden:')).toEqual([]);
});

describe('a walk over many entities', () => {
  const page = (number: number) =>
    guids(`EntityTypes@Cardholder,Description=syncwarden:hq:,Page=${number},PageSize=100`);

  beforeEach(() => {
    const { world } = desk.simulator;
    for (let index = 0; index < 350; index += 1) {
      const entity = world.table.draft('Cardholder', 0);
      entity.properties.set('description', `syncwarden:hq:cardholder:${index};`);
      world.table.add(entity);
    }
  });

  test('goes over them once while nothing changes, however many pages it asks for', async () => {
    const goneOver = vi.spyOn(desk.simulator.world.table, 'ofType');
    const lengths: number[] = [];
    for (const number of [1, 2, 3, 4, 5]) lengths.push((await page(number)).length);

    expect(lengths).toEqual([101, 101, 101, 50, 0]);
    expect(goneOver).toHaveBeenCalledTimes(1);
  });

  test('sees between two pages what came, what went, and what belongs to another now', async () => {
    const [first = '', second = ''] = await page(1);
    await desk.ask('DELETE', `/WebSdk/entity/${first}`);
    await desk.post(`entity=${second},Description=other`);
    const created = await desk.create('Cardholder),Name=New,Description=syncwarden:hq:cardholder:new;');

    expect(await page(4)).toHaveLength(49);
    expect((await page(4)).at(-1)).toBe(created);
  });

  test('does not see what is hidden from it, nor counts that for a page', async () => {
    await page(1);
    await desk.admin('POST', '/faults', { kind: 'invisible', type: 'Cardholder', share: 0.5 });
    const lengths = [(await page(1)).length, (await page(2)).length, (await page(3)).length];

    expect(lengths[0]).toBe(101);
    expect(lengths[1]).toBeLessThan(101);
    expect(lengths[2]).toBe(0);
  });
});
