/** The one session of a SiPass source: shared, kept alive, renewed when lost, never multiplied. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const { signal } = new AbortController();
let site: Site;
afterEach(() => site.close());

const caught = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
const logins = () => site.asked('POST /authentication');
const renewals = () => site.asked('GET /authentication');
const set = async (settings: object) => {
  const reply = await fetch(`${site.sipass.adminUrl}/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  expect(reply.status).toBe(200);
};

describe('a session that the server grants', () => {
  beforeEach(async () => {
    site = await openSite({ singleSession: true });
  });

  test('is opened once for callers who come at the same time', async () => {
    await Promise.all(['7', '8', '9', '10'].map((key) => site.source.get('cardholder', key, signal)));
    await site.source.probe(signal);

    expect(logins()).toBe(1);
    expect(site.sipass.sessions.count).toBe(1);
  });

  test('is kept alive every 30 s while nobody calls', async () => {
    await site.source.get('cardholder', '7', signal);

    for (let turn = 1; turn <= 20; turn += 1) {
      await site.clock.advance(30_000);
      await expect.poll(renewals).toBe(turn);
      // The next renewal is armed only when this one has been answered.
      await expect.poll(() => site.clock.nextDueAt).toBe(site.clock.now() + 30_000);
    }
    await site.source.get('cardholder', '8', signal);

    expect(logins()).toBe(1);
  });

  test('is renewed after a third of a short time-out', async () => {
    await set({ sessionTimeoutS: 60 });
    await site.source.get('cardholder', '7', signal);

    expect(site.clock.nextDueAt).toBe(site.clock.now() + 20_000);
  });

  test('survives a renewal that the network loses', async () => {
    await site.source.get('cardholder', '7', signal);
    await site.fault({ kind: 'cut', match: { path: '/authentication' }, times: 1 });

    await site.clock.advance(30_000);
    await expect.poll(() => site.clock.nextDueAt).toBe(site.clock.now() + 30_000);
    await site.source.get('cardholder', '8', signal);

    expect(logins()).toBe(1);
  });

  test('is replaced once when the server has forgotten it, however many calls find out', async () => {
    await site.source.probe(signal);
    site.sipass.sessions.clear();

    const records = await Promise.all(['7', '8', '9', '10'].map((key) => site.source.get('cardholder', key, signal)));

    expect(records.every((record) => record !== null)).toBe(true);
    expect(logins()).toBe(2);
  });

  test('is replaced in the middle of a walk without the walk noticing', async () => {
    const page = await site.source.walk('cardholder', null, signal);
    site.sipass.sessions.clear();

    const next = await site.source.walk('cardholder', page.next, signal);

    expect(next.records.length).toBeGreaterThan(0);
  });

  test('that dies again at once is reported, not fought for', async () => {
    await site.source.probe(signal);
    await site.fault({ kind: 'status', status: 401, match: { path: '/cardholders/7' } });

    expect(await caught(site.source.get('cardholder', '7', signal))).toMatchObject({ code: 'SW_SESSION_LOST' });
    expect(site.asked('GET /cardholders/{token}') + (site.sipass.faults.list()[0]?.hits ?? 0)).toBeLessThanOrEqual(4);
    expect(logins()).toBe(2);
  });

  test('is logged out on close, so that its licence is free', async () => {
    await site.source.probe(signal);

    await site.source.close();

    expect(site.sipass.sessions.count).toBe(0);
    expect(site.clock.nextDueAt).toBeNull();
    expect(await caught(site.source.probe(signal))).toMatchObject({ code: 'SW_SESSION_LOST' });
  });

  test('is logged out although the source is closed in the middle of the login', async () => {
    const probe = caught(site.source.probe(signal));

    await site.source.close();
    await probe;

    expect(site.sipass.sessions.count).toBe(0);
  });

  test('one caller who gives up does not take the login from the others', async () => {
    const abort = new AbortController();
    const reason = new Error('given up');

    const leaver = caught(site.source.get('cardholder', '7', abort.signal));
    const stayer = site.source.get('cardholder', '8', signal);
    abort.abort(reason);

    expect(await leaver).toBe(reason);
    expect(await stayer).not.toBeNull();
    expect(logins()).toBe(1);
  });

  test('is never shared with a second source of another name: the operator is busy', async () => {
    await site.source.probe(signal);

    const other = site.open();

    expect(await caught(other.probe(signal))).toMatchObject({ code: 'SW_SESSION_BUSY' });
  });
});

describe('a session that the server refuses', () => {
  test.each(['mp270', 'mp28x'] as const)(
    '%s: wrong credentials are offered once, then not for five minutes',
    async (profile) => {
      site = await openSite({ profile, password: 'another' });

      const first = await caught(site.source.probe(signal));
      await site.clock.advance(299_000);
      const second = await caught(site.source.walk('cardholder', null, signal));

      expect(first).toMatchObject({ code: 'SW_UNAUTHORISED' });
      expect(second).toMatchObject({ code: 'SW_UNAUTHORISED' });
      expect(logins()).toBe(1);
      expect(String(first)).not.toContain('another');
    },
  );

  test.each([0, -3_600_000])(
    'credentials put right are accepted after the pause, the clock set by %i ms',
    async (ms) => {
      site = await openSite({ password: 'another' });
      await caught(site.source.probe(signal));
      await set({ password: 'syncwarden' });

      site.clock.jump(ms);
      await site.clock.advance(300_000);

      expect(await site.source.probe(signal)).toMatchObject({ product: 'SiPass integrated' });
    },
  );

  test.each([
    [902, 'SW_SERVER_FAILED'],
    [903, 'SW_SERVER_FAILED'],
    [910, 'SW_SESSION_BUSY'],
    [911, 'SW_UNAUTHORISED'],
    [912, 'SW_LICENCE'],
  ])('ErrorCode %i at login is %s, without a second attempt', async (errorCode, code) => {
    site = await openSite();
    await site.fault({ kind: 'login-error', errorCode });

    expect(await caught(site.source.probe(signal))).toMatchObject({ code });
    expect(logins()).toBe(1);
  });

  test('a licence that comes free is used at the next call', async () => {
    site = await openSite({ licences: 0 });
    const before = await caught(site.source.probe(signal));
    await set({ licences: 1 });

    expect(before).toMatchObject({ code: 'SW_LICENCE' });
    expect(await site.source.probe(signal)).toMatchObject({ version: '2.85.0' });
  });
});
