import { describe, expect, onTestFinished, test } from 'vitest';
import { type SipassProxy, startSipassProxy } from '../../../src/simulator/proxy/proxy.ts';
import { freshFetch } from '../fresh-fetch.ts';
import { admin, logIn, openClient, startSipass, window } from '../sipass/hr-client.ts';

async function startProxy(upstreamUrl: string, port = 0): Promise<SipassProxy> {
  const proxy = await startSipassProxy({ port, adminPort: 0, upstreamUrl });
  onTestFinished(() => proxy.close());
  return proxy;
}

describe('forwarding', () => {
  test('a client sees the same through the proxy as without it', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const direct = await openClient(sipass.url, 'direct');
    const through = await openClient(proxy.url, 'through');

    const expected = await direct.call('GET', 'WorkGroups');
    const answer = await through.call('GET', 'WorkGroups');

    expect(answer.body).toEqual(expected.body);
    expect(answer.headers.get('server')).toBe('SiPass-integrated/2.85.0');
    expect(await through.walk(10)).toEqual(await direct.walk(10));
  });

  test('bodies and refusals pass unchanged, portraits need no session', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const client = await openClient(proxy.url);

    const refused = await client.call('POST', 'Cardholders', { FirstName: 'x' });
    const wrong = await logIn(proxy.url, 'test', { Username: 'syncwarden', Password: 'no' });
    const { Potrait } = (await client.call('GET', 'Cardholders/7')).body;

    expect([refused.status, refused.body.ErrorCode]).toEqual([500, 903]);
    expect([wrong.status, wrong.body.ErrorCode]).toEqual([401, 911]);
    expect((await freshFetch(`${proxy.url}/${Potrait}`)).status).toBe(200);
  });

  test('an upstream that cannot be reached is 503 with 902', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const client = await openClient(proxy.url);
    sipass.faults.add({ kind: 'refuse', id: 'gone' });
    await expect
      .poll(() =>
        freshFetch(sipass.url).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');

    const answer = await client.call('GET', 'WorkGroups');

    expect(answer).toMatchObject({ status: 503, body: { ErrorCode: 902 } });
  });

  test('an answer that upstream breaks off is broken off here too', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const client = await openClient(proxy.url);
    sipass.faults.add({ kind: 'cut', afterBytes: 500, match: { path: 'cardholders' } });

    await expect(client.call('GET', `Cardholders?${window(0, 40)}`)).rejects.toThrow();
  });

  test('a client that goes away ends its request upstream', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    sipass.faults.add({ kind: 'hang' });

    await expect(
      freshFetch(`${proxy.url}/api/V1/hr/Authentication`, {
        method: 'POST',
        body: '{}',
        signal: AbortSignal.timeout(150),
      }),
    ).rejects.toThrow();

    await expect.poll(() => sipass.log.after(0, 10)).toMatchObject([{ status: 0, fault: 'hang' }]);
  });
});

describe('sessions of the proxy', () => {
  test('a token that was not issued through it is dead here, although upstream knows it', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const direct = await openClient(sipass.url);
    const headers = { clientUniqueId: 'test', Language: 'English', Authorization: direct.token };

    const answer = await freshFetch(`${proxy.url}/api/V1/hr/WorkGroups`, { headers });

    expect([answer.status, await answer.json()]).toEqual([401, { ErrorCode: 908, Message: 'Session expired' }]);
    expect((await direct.call('GET', 'WorkGroups')).status).toBe(200);
  });

  test('its restart kills every session, and a new login works', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const client = await openClient(proxy.url);

    await admin(proxy, 'POST', '/restart');

    expect((await client.call('GET', 'WorkGroups')).body.ErrorCode).toBe(908);
    expect((await (await openClient(proxy.url)).call('GET', 'WorkGroups')).status).toBe(200);
  });

  test('a new process on the same port does not know the tokens of the old one', async () => {
    const sipass = await startSipass();
    const first = await startProxy(sipass.url);
    const client = await openClient(first.url);
    const port = Number(new URL(first.url).port);
    await first.close();

    await startProxy(sipass.url, port);

    expect((await client.call('GET', 'WorkGroups')).body.ErrorCode).toBe(908);
  });

  test('a graceful stop logs its sessions out upstream; a dead upstream does not hold it up', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    await openClient(proxy.url, 'one');
    await openClient(proxy.url, 'two');
    expect(sipass.sessions.count).toBe(2);

    await proxy.close();

    expect(sipass.sessions.count).toBe(0);
    const orphan = await startProxy('http://127.0.0.1:9');
    await expect(orphan.close()).resolves.toBeUndefined();
  });

  test('a log-out and a session that upstream lost are forgotten', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    const one = await openClient(proxy.url, 'one');
    const two = await openClient(proxy.url, 'two');
    expect(proxy.sessionCount()).toBe(2);

    await one.call('DELETE', 'Authentication');
    sipass.sessions.clear();
    const lost = await two.call('GET', 'WorkGroups');

    expect([lost.status, proxy.sessionCount()]).toEqual([401, 0]);
  });

  test('has faults of its own', async () => {
    const sipass = await startSipass();
    const proxy = await startProxy(sipass.url);
    await admin(proxy, 'POST', '/faults', { kind: 'status', status: 503, times: 1 });

    const failed = await logIn(proxy.url);
    const fine = await logIn(proxy.url);

    expect([failed.status, failed.body.ErrorCode, fine.status]).toEqual([503, 902, 200]);
  });
});
