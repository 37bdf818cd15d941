import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { credentials, type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const fault = (body: object) => desk.admin('POST', '/faults', body);
const doors = async () => (await desk.search('EntityTypes@Door')).result;

describe('a write', () => {
  test('whose answer is lost has been done', async () => {
    await fault({ kind: 'lose-answer', match: { method: 'POST' }, times: 1 });

    await expect(desk.post('entity=NewEntity(Door),Name=Gate')).rejects.toThrow();

    expect(await doors()).toHaveLength(1);
  });

  test('that is refused comes in an HTTP 200, and has not been done', async () => {
    await fault({ kind: 'fail', match: { method: 'POST' }, code: 'InvalidValue', message: 'no', times: 1 });
    const refused = await desk.post('entity=NewEntity(Door),Name=Gate');

    expect([refused.status, refused.state]).toEqual([200, 'Fail']);
    expect(refused.result).toEqual({ SdkErrorCode: 'InvalidValue', Message: 'no' });
    expect(await doors()).toEqual([]);
  });

  test('that is late is done after the client has gone away', async () => {
    await fault({ kind: 'late', match: { method: 'POST' }, delayMs: 10_000, times: 1 });
    const url = `${desk.simulator.url}/WebSdk/entity?q=entity=NewEntity(Door),Name=Gate`;
    const call = request(url, { method: 'POST', headers: { authorization: credentials(), 'content-length': '0' } });
    call.on('error', () => {});
    call.end();
    await expect.poll(() => desk.clock.nextDueAt).not.toBeNull();
    call.destroy();
    expect(await doors()).toEqual([]);

    await desk.clock.advance(10_000);

    await expect.poll(doors).toHaveLength(1);
  });
});

describe('entities', () => {
  test('vanish in the middle of a walk, by number or by share, and stand in no book', async () => {
    for (let key = 0; key < 40; key += 1) await desk.create(`Door),Description=syncwarden:x:door:${key};`);
    await desk.create('Door),Name=Not ours');
    await fault({ kind: 'drop-entities', type: 'door', prefix: 'syncwarden:', count: 5, times: 1, afterRequests: 1 });
    const counts: number[] = [];
    for (let look = 0; look < 3; look += 1) counts.push((await doors()).length);
    expect(counts).toEqual([41, 36, 36]);

    await fault({ kind: 'drop-entities', type: 'Door', prefix: 'syncwarden:', share: 0.5, times: 1 });
    const left = (await doors()).length;

    expect(left).toBeGreaterThan(5);
    expect(left).toBeLessThan(32);
    expect(await desk.admin('GET', '/writes')).toMatchObject({ creates: 41, deletes: 0 });
  });

  test('repeat at the border of two pages', async () => {
    for (const name of ['A', 'B', 'C']) await desk.create(`Door),Name=${name}`);
    const page = async (number: number) =>
      (await desk.search(`EntityTypes@Door,Page=${number},PageSize=2`)).result.map((row: { Guid: string }) => row.Guid);
    const [first, second] = await page(1);
    await fault({ kind: 'duplicate-row' });

    expect((await page(1)).slice(0, 2)).toEqual([first, second]);
    expect((await page(2))[0]).toBe(second);
  });

  test('of an invisible partition are neither found, read, written nor deleted, but still counted by the licence', async () => {
    const id = await desk.create('Door),Name=Gate');
    await fault({ kind: 'invisible', type: 'Door' });
    const codes = [
      await desk.get(`entity=${id},Name`),
      await desk.post(`entity=${id},Name=Other`),
      await desk.ask('DELETE', `/WebSdk/entity/${id}`),
    ].map(({ result }) => result.SdkErrorCode);

    expect(await doors()).toEqual([]);
    expect(codes).toEqual(Array(3).fill('UnableToRetrieveEntity'));
    expect((await desk.ask('GET', `/WebSdk/entity/exists/${id}`)).result).toEqual({ Exists: false });
    expect((await desk.search('EntityTypes@Cardholder')).result).toHaveLength(3);
    expect((await desk.ask('GET', '/WebSdk/licenseItemUsage/Door')).result.CurrentCount).toBe(1);
  });

  test('of an invisible share are always the same ones', async () => {
    for (let key = 0; key < 30; key += 1) await desk.create('Door)');
    await fault({ kind: 'invisible', share: 0.5, id: 'half' });

    const [once, again] = [await doors(), await doors()];

    expect(once).toEqual(again);
    expect(once.length).toBeGreaterThan(3);
    expect(once.length).toBeLessThan(27);
  });
});

describe('the server', () => {
  test('states another version, runs out of connections, and marks its JSON', async () => {
    const version = async () => {
      const [server] = (await desk.search('EntityTypes@Server')).result;
      return desk.read(server?.Guid ?? '', 'Version');
    };
    expect(await version()).toBe('5.12.2.0');
    await fault({ kind: 'version', version: '6.0.0.0', id: 'v' });
    expect(await version()).toBe('6.0.0.0');
    await desk.admin('DELETE', '/faults/v');
    expect(await version()).toBe('5.12.2.0');

    await fault({ kind: 'bom', times: 1 });
    expect((await desk.search('EntityTypes@Door')).text.charCodeAt(0)).toBe(0xfeff);
    await fault({ kind: 'licence', times: 1 });
    const refused = await desk.search('EntityTypes@Door');
    expect([refused.status, refused.result.SdkErrorCode]).toEqual([403, 'CertificateCountExceeded']);
  });

  test('has the transport faults of every simulated server, with its own error body', async () => {
    await fault({ kind: 'status', status: 503, times: 1 });
    const failed = await desk.search('EntityTypes@Door');
    await fault({ kind: 'cut', times: 1 });

    expect([failed.status, failed.state]).toEqual([503, 'Fail']);
    await expect(desk.search('EntityTypes@Door')).rejects.toThrow();
    expect((await desk.search('EntityTypes@Door')).state).toBe('Ok');
  });
});
