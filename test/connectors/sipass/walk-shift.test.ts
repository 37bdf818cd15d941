/** Walking the list of cardholders of a simulated SiPass while people come, go and change their names. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../../src/connectors/connector.ts';
import { walkAll } from '../../../src/testing/index.ts';
import { openSite, type Site } from './site.ts';

const { signal } = new AbortController();
let site: Site;
let before: readonly string[];
beforeEach(async () => {
  site = await openSite({ cardholders: 60 });
  before = [...site.sipass.world.cardholders.order('Token')];
});
afterEach(() => site.close());

const keysOf = (records: readonly SourceRecord[]) => records.map(({ key }) => key);
const numeric = (a: string, b: string) => Number(a) - Number(b);
const now = () => [...site.sipass.world.cardholders.order('Token')].sort(numeric);

describe('within one process', () => {
  test('people who are inserted before the place hide nobody and are found themselves', async () => {
    await site.fault({ kind: 'row-shift', change: 'insert', count: 3, times: 1 });

    const { records } = await walkAll(site.source, 'cardholder');

    expect(keysOf(records).sort(numeric)).toEqual(now());
    expect(now()).toHaveLength(63);
  });

  test('people who are removed before the place let nobody slip through', async () => {
    await site.fault({ kind: 'row-shift', change: 'remove', count: 5, times: 1 });

    const { records } = await walkAll(site.source, 'cardholder');

    const keys = keysOf(records);
    expect(new Set(keys).size).toBe(keys.length);
    expect(now().filter((key) => !keys.includes(key))).toEqual([]);
  });

  test('shifts again and again are followed, until they end', async () => {
    await site.fault({ kind: 'row-shift', change: 'remove', count: 1, everyNth: 2, times: 6 });

    const { records } = await walkAll(site.source, 'cardholder');

    const keys = keysOf(records);
    expect(new Set(keys).size).toBe(keys.length);
    expect(now().filter((key) => !keys.includes(key))).toEqual([]);
  });

  test('the person at the place himself may go', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    site.sipass.world.cardholders.remove(page.records.at(-1)?.key ?? '');

    const rest = await walkAll(site.source, 'cardholder', page.next);

    expect([...keysOf(page.records), ...keysOf(rest.records)].sort(numeric)).toEqual([...before].sort(numeric));
  });

  test('someone renamed from behind the place to before it is found by going over the list again', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    const { cardholders } = site.sipass.world;
    const last = cardholders.order('LastName').at(-1) ?? '';
    cardholders.write(last, { ...cardholders.read(last), LastName: 'Aaa' });

    const rest = await walkAll(site.source, 'cardholder', page.next);

    const keys = [...keysOf(page.records), ...keysOf(rest.records)];
    expect(keys.sort(numeric)).toEqual([...before].sort(numeric));
  });

  test('the keys alone are as robust', async () => {
    await site.fault({ kind: 'row-shift', change: 'insert', count: 2, times: 2 });

    const keys: string[] = [];
    for await (const page of site.source.keys('cardholder', signal)) keys.push(...page);

    expect(keys.sort(numeric)).toEqual(now());
  });

  test('a list that shifts for ever is given up, with what to do', async () => {
    await site.fault({ kind: 'row-shift', change: 'insert', count: 2 });

    await expect(walkAll(site.source, 'cardholder')).rejects.toMatchObject({
      code: 'SW_WALK_INCOMPLETE',
      message: expect.stringContaining('beginning'),
    });
  });

  test('a place that cannot be found again is given up', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    for (const { key } of page.records) site.sipass.world.cardholders.remove(key);

    await expect(site.source.walk('cardholder', page.next, signal)).rejects.toMatchObject({
      code: 'SW_WALK_INCOMPLETE',
    });
  });
});

describe('resumed by another process', () => {
  test('after people were removed: goes on at the right place', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    const [first, second] = page.records;
    for (const gone of [first, second]) site.sipass.world.cardholders.remove(gone?.key ?? '');

    const rest = await walkAll(site.open(), 'cardholder', page.next);

    expect([...keysOf(page.records), ...keysOf(rest.records)].sort(numeric)).toEqual([...before].sort(numeric));
  });

  test('after people were inserted before the place: says that it cannot know them', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    site.sipass.world.cardholders.generate(2, { LastName: '0 New' });

    await expect(walkAll(site.open(), 'cardholder', page.next)).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
  });

  test('of a whole list: neither repeats nor skips', async () => {
    await site.close();
    site = await openSite({ cardholders: 1_000 });
    const page = await site.source.walk('access-point', null, signal);

    const rest = await walkAll(site.open(), 'access-point', page.next);

    expect(page.next).not.toBeNull();
    const doors = site.sipass.world.site.accessPoints.map(({ token }) => token);
    expect([...keysOf(page.records), ...keysOf(rest.records)].sort(numeric)).toEqual(doors);
  });
});
