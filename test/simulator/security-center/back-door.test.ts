import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const marker = (key: number) => `Description=syncwarden:x:door:${key};`;

describe('the book of writes', () => {
  test('tells a rewrite and a duplicate marker from honest writes', async () => {
    const id = await desk.create(`Door),Name=Gate,${marker(1)}`);
    await desk.post(`entity=${id},Name=Gate 2`);
    await desk.post(`entity=${id},Name=Gate 2`);
    desk.clock.jump(5);
    const twin = await desk.create(`Door),Name=Twin,${marker(1)}`);
    await desk.post(`entity=${twin},Name=Twin 2`);

    const book = await desk.admin('GET', '/writes');

    expect(book).toMatchObject({ creates: 2, updates: 3, deletes: 0, rewrites: 1, duplicates: 1 });
    expect(book.byType.Door).toMatchObject({ creates: 2, rewrites: 1 });
    expect(book.flaws).toEqual([
      { seq: 3, at: 1_700_000_000_000, kind: 'update', type: 'Door', id, flaw: 'rewrite' },
      { seq: 4, at: 1_700_000_000_005, kind: 'create', type: 'Door', id: twin, flaw: 'duplicate' },
    ]);
    expect((await desk.admin('GET', '/truth')).twins).toMatchObject({ Door: 1, Cardholder: 0 });
  });

  test('a marker is no duplicate when its first bearer is gone, or is of another type', async () => {
    const id = await desk.create(`Door),${marker(1)}`);
    await desk.create(`Elevator),${marker(1)}`);
    await desk.ask('DELETE', `/WebSdk/entity/${id}`);
    await desk.create(`Door),${marker(1)}`);

    expect(await desk.admin('GET', '/writes')).toMatchObject({ creates: 3, deletes: 1, duplicates: 0 });
  });

  test('a marker that an update gives to a second entity is a duplicate', async () => {
    await desk.create(`Door),${marker(1)}`);
    const id = await desk.create(`Door),${marker(2)}`);

    await desk.post(`entity=${id},${marker(1)}`);

    expect(await desk.admin('GET', '/writes')).toMatchObject({ updates: 1, duplicates: 1, rewrites: 0 });
  });

  test('reads and refused writes stand in no book', async () => {
    const id = await desk.create('Door),Name=Gate');
    await desk.post(`entity=${id},Name,Guid`);
    await desk.post(`entity=${id},Colour=red`);
    await desk.post('entity=NewEntity(Door),Colour=red');

    expect(await desk.admin('GET', '/writes')).toMatchObject({ creates: 1, updates: 0, rewrites: 0 });
  });

  test('two creates in one query are two, and the first stays when the second is refused', async () => {
    const both = await desk.post('entity=NewEntity(Door),Name=A,Guid,entity=NewEntity(Door),Name=B,Guid');
    expect(both.result).toHaveLength(2);

    await desk.post('entity=NewEntity(Door),Name=C,entity=NewEntity(Door),Colour=red');

    expect(await desk.admin('GET', '/writes')).toMatchObject({ creates: 3 });
  });

  test('is read on from a sequence number, and counts by entity', async () => {
    const first = await desk.create('Door),Name=A');
    await desk.create('Door),Name=B');
    await desk.post(`entity=${first},Name=C`);

    const { writes, lastSeq } = await desk.admin('GET', '/writes?after=1&limit=1');
    const { entities } = await desk.admin('GET', '/writes/entities?writesMin=1');

    expect([writes.map(({ seq }: { seq: number }) => seq), lastSeq]).toEqual([[2], 3]);
    expect(entities).toEqual([
      { id: first, type: 'Door', creates: 1, updates: 1, deletes: 0, rewrites: 0, duplicates: 0 },
    ]);
  });
});

describe('the truth', () => {
  test('counts all, and those that carry a prefix', async () => {
    await desk.create('Door),Description=mine:1');
    await desk.create('Door),Description=theirs:1');

    const { counts, marked } = await desk.admin('GET', '/truth?prefix=mine:');

    expect([counts.Door, counts.Cardholder, counts.Server]).toEqual([2, 3, 1]);
    expect([marked.Door, marked.Cardholder]).toEqual([1, 0]);
  });

  test('shows whole entities', async () => {
    const id = await desk.create('Door),Name=Gate,Description=mine:1');
    await desk.create('Door),Name=Gate,Description=mine:2');

    const { total, entities } = await desk.admin('GET', '/entities?type=door&prefix=mine:&limit=1');

    expect([total, entities.length]).toEqual([2, 1]);
    expect(entities[0]).toMatchObject({ Guid: id, Name: 'Gate', Description: 'mine:1', LogicalId: null });
  });
});

describe('behind everybody\u2019s back', () => {
  test('entities vanish, take their relations along, and stand in no book', async () => {
    const person = await desk.create('Cardholder),Description=syncwarden:x:1');
    const card = await desk.create(`Credential),CardholderGuid=${person}`);

    const body = { type: 'Cardholder', prefix: 'syncwarden:', count: 5 };
    expect(await desk.admin('POST', '/entities/delete', body)).toEqual({ lost: [person] });

    expect(await desk.read(card, 'CardholderGuid')).toBe('00000000-0000-0000-0000-000000000000');
    expect(await desk.admin('GET', '/truth')).toMatchObject({ counts: { Cardholder: 3 } });
    expect(await desk.admin('GET', '/writes')).toMatchObject({ deletes: 0 });
  });

  test('what is no loss is refused', async () => {
    const refused = await desk.admin('POST', '/entities/delete', { type: 'Door', count: 1, share: 0.5 });
    expect(refused).toMatchObject({ code: 'SW_USAGE', message: expect.stringContaining('either count or share') });
  });
});
