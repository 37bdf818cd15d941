import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSdkOptionsInput } from '../../../src/simulator/security-center/options.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';
import { credentials, type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
const open = async (options: WebSdkOptionsInput = {}) => {
  desk = await openDesk(options);
  return desk;
};
afterEach(() => desk.close());

const ping = (headers = {}) => desk.ask('GET', '/WebSdk/', headers);

describe('who may ask', () => {
  test('no credentials 401 with a challenge, wrong ones 403, and the application id counts', async () => {
    await open({ password: 'a:b;c' });

    const anonymous = await ping({ authorization: undefined });
    const others = ['syncwarden;other:a:b;c', 'syncwarden;syncwarden:a', 'x;syncwarden:a:b;c', 'syncwarden:a:b;c'];
    const refused = await Promise.all(others.map((user) => ping({ authorization: credentials(user) })));

    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, 'Basic realm="WebSdk"']);
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(refused[0]?.result.SdkErrorCode).toBe('InvalidApplicationId');
    expect((await ping({ authorization: credentials('syncwarden;syncwarden:a:b;c') })).state).toBe('Ok');
  });

  test('a missing privilege is 403 for a new session, and is not noticed by an open one', async () => {
    await open();
    await ping();
    await desk.admin('PATCH', '/settings', { maySignIn: false });
    expect((await ping()).status).toBe(200);

    await desk.admin('POST', '/restart');

    expect((await ping()).status).toBe(403);
  });

  test('a password changed at the back door holds at once, and is not shown there', async () => {
    await open();
    const settings = await desk.admin('PATCH', '/settings', { password: 'new' });

    expect([settings.password, settings.username]).toEqual([undefined, 'syncwarden']);
    expect((await ping()).status).toBe(403);
  });
});

describe('sessions', () => {
  test('the first request waits for the logon, and so does one that comes meanwhile; later ones do not', async () => {
    await open({ firstCallDelayMs: 5_000 });
    const { clock, simulator } = desk;

    const early = Promise.all([ping(), ping()]);
    await expect.poll(() => clock.nextDueAt !== null && simulator.sessions.count === 1).toBe(true);
    expect(simulator.log.counters().total).toBe(0);
    // Both wait for the same moment, but the second may not have arrived when the first is let in.
    const answered = async () => {
      await clock.tick();
      return simulator.log.counters().total;
    };
    await expect.poll(answered).toBe(2);

    expect((await early).map(({ state }) => state)).toEqual(['Ok', 'Ok']);
    expect((await ping()).state).toBe('Ok');
  });

  test('end after five minutes without a request, and live on while requests come', async () => {
    await open();
    await ping();
    for (let minute = 0; minute < 8; minute += 2) {
      desk.clock.jump(120_000);
      await ping();
    }
    expect(desk.simulator.sessions.count).toBe(1);

    desk.clock.jump(300_001);

    expect(desk.simulator.sessions.count).toBe(0);
  });

  test('hold a connection: when others have them all, a new session is 403 and an open one goes on', async () => {
    await open({ licences: 2 });
    await ping();
    await desk.admin('PATCH', '/settings', { licencesTaken: 2 });
    expect((await ping()).status).toBe(200);

    await desk.admin('DELETE', '/sessions');
    const refused = await ping();

    expect([refused.status, refused.result.SdkErrorCode]).toEqual([403, 'CertificateCountExceeded']);
  });

  test('or requests hold it, as the other reading says: one at a time with one connection', async () => {
    await open({ licences: 1, licenceHeldBy: 'request' });
    await desk.admin('POST', '/faults', { kind: 'late', delayMs: 1_000, times: 1 });
    const first = ping();
    await expect.poll(() => desk.clock.nextDueAt).not.toBeNull();

    const second = await ping();
    await desk.clock.advance(1_000);

    expect([second.status, (await first).status, (await ping()).status]).toEqual([403, 200, 200]);
  });
});

describe('what the platform refuses', () => {
  test('another path than the base URI, an unknown command, and what is left out are 404', async () => {
    await open();
    const left = ['/events', '/tasks/public', '/action', '/alarm', '/%zz', '/entity/a/b/c', '//x'];
    const paths = ['/', '/Other/', ...left.map((path) => `/WebSdk${path}`)];

    const answers = await Promise.all(paths.map((path) => desk.ask('GET', path)));

    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
  });

  test('a body without a length is 411, and a length of nought or chunks are taken', async () => {
    await open();
    const path = '/WebSdk/entity?q=entity%3DNewEntity(Door)%2CGuid';
    // Node.js adds a length of its own, so the bare request goes over a socket.
    const { hostname, port } = new URL(desk.simulator.url);
    const socket = connect(Number(port), hostname);
    socket.end(`DELETE /WebSdk/entity/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const text = Buffer.concat(await socket.toArray()).toString();

    expect(text).toMatch(/^HTTP\/1.1 411 /);
    expect((await desk.ask('POST', path)).status).toBe(200);
    expect((await desk.ask('POST', path, { 'content-length': undefined, 'transfer-encoding': 'chunked' })).status).toBe(
      200,
    );
  });

  test('a long request line is 414', async () => {
    await open();
    expect((await desk.get(`entity=${'a'.repeat(14_800)},Name`)).status).toBe(200);
    expect((await desk.get(`entity=${'a'.repeat(15_100)},Name`)).status).toBe(414);
  });

  test('an unknown or wrongly spelt licence item is 400 with HTML', async () => {
    await open();
    const wrong = await desk.ask('GET', '/WebSdk/licenseItemUsage/cardholder');
    const right = await desk.ask('GET', '/WebSdk/licenseItemUsage/Cardholder');

    expect([wrong.status, wrong.headers['content-type']]).toEqual([400, 'text/html']);
    expect(right.result).toEqual({ CurrentCount: 3, MaximumCount: -1 });
  });
});

describe('formats', () => {
  test('without Accept it answers legacy XML, in which names are escaped', async () => {
    await open();
    const id = await desk.create('Door),Name=A < B & "C"');
    const xml = { accept: undefined };

    expect((await ping(xml)).text).toBe('<rsp status="ok"></rsp>');
    expect((await desk.ask('GET', `/WebSdk/entity?q=entity=${id},Name`, xml)).text).toBe(
      '<rsp status="ok"><entity><Name>A &lt; B &amp; &quot;C&quot;</Name></entity></rsp>',
    );
    expect((await desk.ask('GET', '/WebSdk/report/EntityConfiguration?q=EntityTypes@Door', xml)).text).toBe(
      `<rsp status="ok"><QueryResult><HeaderRow><Cell>Guid</Cell></HeaderRow><Row><Cell>${id}</Cell></Row></QueryResult></rsp>`,
    );
    expect((await desk.ask('DELETE', '/WebSdk/entity/none', xml)).text).toMatch(
      /^<rsp status="fail">.*<message>Entity does not exist: none<\/message>/,
    );
  });

  test('modern JSON is one line, with a byte order mark where the option says so', async () => {
    await open({ bom: true });
    expect((await ping()).text).toBe('\ufeff{"Rsp":{"Status":"Ok","Result":null}}');
  });

  test.each(['result', 'rsp'] as const)('a refusal comes with HTTP 200, its code in %s', async (errorPlace) => {
    await open({ errorPlace });
    const { status, text } = await desk.ask('DELETE', '/WebSdk/entity/none');
    const { Rsp } = JSON.parse(text);

    expect([status, Rsp.Status]).toEqual([200, 'Fail']);
    expect((errorPlace === 'rsp' ? Rsp : Rsp.Result).SdkErrorCode).toBe('UnableToRetrieveEntity');
  });

  test('one entity is an object, or an array of one where the option says so', async () => {
    await open({ single: 'array' });
    const id = desk.simulator.world.marked('Cardholder', '')[0]?.id;
    expect((await desk.get(`entity=${id},Guid`)).result).toEqual([{ Guid: id }]);
  });
});

test('options that are not valid do not start a server', async () => {
  await open();
  await expect(startSecurityCenterSimulator({ port: 70_000 })).rejects.toThrow();
});
