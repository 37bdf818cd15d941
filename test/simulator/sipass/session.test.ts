import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { admin, asClient, logIn, openClient, request, right, startSipass } from './hr-client.ts';

describe('login', () => {
  test('gives a raw token of 64 hexadecimal digits, a colon and the operator', async () => {
    const sipass = await startSipass();

    const { status, body } = await logIn(sipass.url);

    expect(status).toBe(200);
    expect(body.Token).toMatch(/^[0-9a-f]{64}:syncwarden$/);
  });

  test('a wrong password is 200 with an empty token in the old profile, and 911 in the new one', async () => {
    const old = await startSipass({ profile: 'mp270' });
    const recent = await startSipass({ profile: 'mp28x' });
    const wrong = { ...right, Password: 'no' };

    const oldAnswer = await logIn(old.url, 'test', wrong);
    const recentAnswer = await logIn(recent.url, 'test', wrong);

    expect(oldAnswer).toMatchObject({ status: 200, body: { Token: '' } });
    expect(recentAnswer).toMatchObject({ status: 401, body: { ErrorCode: 911, Message: expect.any(String) } });
  });

  test('is refused without clientUniqueId', async () => {
    const sipass = await startSipass();

    const answer = await request(`${sipass.url}/api/V1/hr/Authentication`, 'POST', { Language: 'English' }, right);

    expect(answer).toMatchObject({ status: 400, body: { ErrorCode: 909 } });
  });

  test('a second client of one operator gets 910 where one session is allowed; the same client replaces its own', async () => {
    const sipass = await startSipass({ singleSession: true });
    const first = await openClient(sipass.url, 'first');

    const second = await logIn(sipass.url, 'second');
    const again = await logIn(sipass.url, 'first');

    expect(second.body.ErrorCode).toBe(910);
    expect(again.body.Token).toMatch(/:syncwarden$/);
    expect((await first.call('GET', 'Authentication')).status).toBe(401);
  });

  test('one session more than there are licences gets 912, until somebody logs out', async () => {
    const sipass = await startSipass({ licences: 1 });
    const first = await openClient(sipass.url, 'first');

    const refused = await logIn(sipass.url, 'second');
    await first.call('DELETE', 'Authentication');
    const accepted = await logIn(sipass.url, 'second');

    expect(refused.body.ErrorCode).toBe(912);
    expect(accepted.status).toBe(200);
  });

  test('is refused with the code that a fault names', async () => {
    const sipass = await startSipass();
    sipass.faults.add({ kind: 'login-error', errorCode: 905, times: 1 });

    const refused = await logIn(sipass.url);
    const accepted = await logIn(sipass.url);

    expect([refused.body.ErrorCode, accepted.status]).toEqual([905, 200]);
  });
});

describe('session', () => {
  test('needs the raw token: a Bearer prefix or none at all is a dead session', async () => {
    const sipass = await startSipass();
    const client = await openClient(sipass.url);
    const url = `${sipass.url}/api/V1/hr/WorkGroups`;

    const prefixed = await request(url, 'GET', { ...asClient('test'), Authorization: `Bearer ${client.token}` });
    const absent = await request(url, 'GET', asClient('test'));

    expect([prefixed.status, prefixed.body.ErrorCode]).toEqual([401, 908]);
    expect([absent.status, absent.body.ErrorCode]).toEqual([401, 908]);
  });

  test('expires when idle, and every call slides the expiry', async () => {
    const clock = new VirtualClock(Date.parse('2026-03-01T08:00:00Z'));
    const sipass = await startSipass({ sessionTimeoutS: 360 }, { clock });
    const client = await openClient(sipass.url);

    clock.jump(300_000);
    const alive = await client.call('GET', 'WorkGroups');
    clock.jump(300_000);
    const renewed = await client.call('GET', 'Authentication');
    clock.jump(360_000);
    const dead = await client.call('GET', 'WorkGroups');

    expect([alive.status, renewed.status]).toEqual([200, 200]);
    expect(dead).toMatchObject({ status: 401, body: { ErrorCode: 908 } });
  });

  test('tells its time-out as a bare number of seconds, in both spellings', async () => {
    const sipass = await startSipass({ sessionTimeoutS: 120 });
    const client = await openClient(sipass.url);

    const byPath = await client.call('GET', 'authentication/SessionTimeout/');
    const byQuery = await client.call('GET', 'Authentication?sessiontimeout');

    expect([byPath.body, byQuery.body]).toEqual([120, 120]);
  });

  test('dies with a restart, while the data stays', async () => {
    const sipass = await startSipass();
    const before = await openClient(sipass.url);
    const tokens = await before.walk(10);

    await admin(sipass, 'POST', '/restart');

    expect((await before.call('GET', 'WorkGroups')).body.ErrorCode).toBe(908);
    expect(await (await openClient(sipass.url)).walk(10)).toEqual(tokens);
  });

  test('settings can be changed while it runs, and the password is never shown', async () => {
    const sipass = await startSipass();

    const shown = await admin(sipass, 'PATCH', '/settings', { password: 'changed', licences: 2 });
    const refused = await logIn(sipass.url);
    const unknown = await admin(sipass, 'PATCH', '/settings', { passwort: 'x' });

    expect(shown.body).toMatchObject({ licences: 2, username: 'syncwarden' });
    expect(JSON.stringify(shown.body)).not.toContain('changed');
    expect(refused.body.ErrorCode).toBe(911);
    expect(unknown.status).toBe(400);
  });
});
