import { describe, expect, test } from 'vitest';
import { admin, logIn, openClient, startSipass, window } from './hr-client.ts';

const list = `Cardholders?${window(0, 100)}`;

describe('faults of the domain', () => {
  test('empty-list answers 200 with nothing, for the named list only', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'empty-list', list: 'Cardholders' });

    const people = await client.call('GET', list);
    const groups = await client.call('GET', 'WorkGroups');

    expect(people).toMatchObject({ status: 200, body: { Records: [], TotalRecords: 0, TotalDisplayRecords: 0 } });
    expect(groups.body.Records.length).toBeGreaterThan(0);
  });

  test('drop-entities leaves out the same records on every page, and lowers the total', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const all = await client.walk(10);
    sipass.faults.add({ kind: 'drop-entities', list: 'Cardholders', count: 3 });

    const once = await client.walk(10);
    const again = await client.walk(7);
    const { body } = await client.call('GET', list);
    const missing = all.filter((token) => !once.includes(token));

    expect([once.length, body.TotalRecords]).toEqual([37, 37]);
    expect(again).toEqual(once);
    expect((await client.call('GET', `Cardholders/${missing[0]}`)).status).toBe(200);
  });

  test('drop-entities by share touches every list where none is named', async () => {
    const sipass = await startSipass({ cardholders: 400 });
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'drop-entities', share: 0.5 });

    const people = await client.walk(100);
    const points = (await client.call('GET', 'AccessPoints')).body.Records;

    expect(people.length).toBeGreaterThan(150);
    expect(people.length).toBeLessThan(250);
    expect(points.length).toBeLessThan(10);
  });

  test('row-shift by insertion makes a walk meet somebody twice', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'row-shift', change: 'insert', times: 1 });

    const tokens = await client.walk(10);

    expect(tokens).toHaveLength(41);
    expect(new Set(tokens).size).toBe(40);
    expect(sipass.world.cardholders.size).toBe(41);
  });

  test('row-shift by removal makes a walk miss somebody who is there', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'row-shift', change: 'remove', times: 1 });

    const tokens = await client.walk(10);

    const there = sipass.world.cardholders.order('Token');
    expect(there).toHaveLength(39);
    expect(there.filter((token) => !tokens.includes(token))).toHaveLength(1);
  });

  test('totals says something else than there is', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'totals', list: 'Cardholders', total: 12 });

    const { body } = await client.call('GET', list);

    expect([body.TotalRecords, body.Records.length]).toEqual([12, 40]);
  });

  test('version changes what the Server header states, errors included', async () => {
    const sipass = await startSipass({ profile: 'mp270' });
    const before = await logIn(sipass.url);
    sipass.faults.add({ kind: 'version', version: '3.0.1' });
    sipass.faults.add({ kind: 'status', status: 503, times: 1 });

    const failed = await logIn(sipass.url);
    const after = await logIn(sipass.url);

    const versions = [before, failed, after].map((answer) => answer.headers.get('server'));
    expect(versions).toEqual(['SiPass-integrated/2.75.0', 'SiPass-integrated/3.0.1', 'SiPass-integrated/3.0.1']);
    expect(failed).toMatchObject({ status: 503, body: { ErrorCode: 902 } });
  });

  test('hide-details refuses the named people only', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'hide-details', tokens: ['7'], status: 500 });

    const hidden = await client.call('GET', 'Cardholders/7');
    const shown = await client.call('GET', 'Cardholders/8');

    expect([hidden.status, shown.status]).toEqual([500, 200]);
  });

  test.each([
    [401, 908],
    [403, 900],
    [429, 902],
    [500, 903],
    [503, 902],
  ])('status %i carries the ErrorCode %i', async (status, code) => {
    const sipass = await startSipass();
    sipass.faults.add({ kind: 'status', status });

    expect(await logIn(sipass.url)).toMatchObject({ status, body: { ErrorCode: code } });
  });

  test('cut in mid-list breaks the third page of a walk and no other', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    sipass.faults.add({ kind: 'cut', afterBytes: 200, times: 1, afterRequests: 2, match: { path: '/cardholders?' } });

    await expect(client.walk(10)).rejects.toThrow();

    expect(await client.walk(10)).toHaveLength(40);
    expect(sipass.faults.list()[0]).toMatchObject({ seen: 3, hits: 1, spent: true });
  });
});

describe('back door', () => {
  test('adds, renames and removes people, and tells the truth about it', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const before = await client.walk(10);

    const added = await admin(sipass, 'POST', '/cardholders', { count: 5 });
    const renamed = await admin(sipass, 'PATCH', '/cardholders', { count: 3 });
    const removed = await admin(sipass, 'DELETE', '/cardholders?count=2');
    const truth = await admin(sipass, 'GET', '/truth');

    const after = await client.walk(10);
    expect(added.body.tokens).toHaveLength(5);
    expect(new Set(renamed.body.tokens).size).toBe(3);
    expect(removed.body.tokens).toHaveLength(2);
    expect(after).toHaveLength(before.length + 3);
    expect(truth.body).toMatchObject({ counts: { Cardholders: 43 }, eligible: { cardholder: 43 }, sessions: 1 });
  });

  test('changes and removes one person, and names a token that does not exist', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    await admin(sipass, 'PATCH', '/cardholders/7', { LastName: 'Müller (new)' });
    const person = (await client.call('GET', 'Cardholders/7')).body;
    const removed = await admin(sipass, 'DELETE', '/cardholders/7');
    const again = await admin(sipass, 'DELETE', '/cardholders/7');

    expect([person.LastName, removed.status, again.status]).toEqual(['Müller (new)', 204, 404]);
  });

  test('counts requests by route, not by token', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);

    await client.call('GET', 'Cardholders/7');
    await client.call('GET', 'cardholders/8/');

    const { byRoute } = sipass.log.counters();
    await expect.poll(() => sipass.log.counters().total).toBe(3);
    expect(byRoute).toMatchObject({ 'GET /cardholders/{token}': expect.any(Number), 'POST /authentication': 1 });
  });
});
