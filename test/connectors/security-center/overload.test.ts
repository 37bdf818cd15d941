/** A Security Center target on a server that can do only so much at once. */
import { afterEach, expect, test } from 'vitest';
import type { LimitChange } from '../../../src/connectors/http/adaptive-gate.ts';
import { createSecurityCenterTarget } from '../../../src/connectors/security-center/target.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { startBusyServer } from '../http/busy-server.ts';

const { signal } = new AbortController();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function openTarget(capacity: number, concurrency: number, more: { timeoutMs?: number } = {}) {
  const clock = new VirtualClock();
  const arrivedAt: number[] = [];
  const changes: LimitChange[] = [];
  const server = await startBusyServer(capacity, () => {
    arrivedAt.push(clock.now());
    return { Rsp: { Status: 'Ok', Result: [] } };
  });
  const user = { username: 'syncwarden', password: 'syncwarden', applicationId: 'syncwarden' };
  const target = createSecurityCenterTarget({
    options: { url: `${server.url}/WebSdk`, ...user, concurrency, ...more },
    owner: 'hq',
    clock,
    onLimit: (change) => changes.push(change),
  });
  open.push(server, target);
  const find = (key: number) => target.find('cardholder', String(key), signal);
  /** Looks for keys, each until it is told, many at once. */
  const findAll = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, key) => {
        while (!(await find(key).catch(refusal))) {}
      }),
    );
  return { clock, server, target, changes, arrivedAt, find, findAll };
}

function refusal(error: unknown): null {
  expect(error).toMatchObject({ code: 'SW_SERVER_FAILED' });
  return null;
}

test('a server that does 5 at once is brought to 5 at once, and refuses only what it takes to find out', async () => {
  const { server, findAll, changes } = await openTarget(5, 16);

  await findAll(400);

  const later = server.arrivals.slice(-200);
  expect(Math.max(...later.map(({ inFlight }) => inFlight))).toBe(5);
  expect(server.arrivals.filter(({ refused }) => refused).length).toBeLessThanOrEqual(12);
  expect(changes.some(({ because }) => because === 503)).toBe(true);
});

test('a limit of one connection is kept, whatever is asked at the same time', async () => {
  const { server, target, findAll } = await openTarget(100, 1);

  await Promise.all([findAll(30), target.probe(signal), target.list('cardholder', null, signal)]);

  expect(Math.max(...server.arrivals.map(({ inFlight }) => inFlight))).toBe(1);
});

test('what a server asks for with Retry-After, it gets', async () => {
  const { clock, server, find, arrivedAt, changes } = await openTarget(100, 4);
  server.refuseNext('5');
  await find(1).catch(refusal);
  const refusedAt = clock.now();

  const waiting = find(2);
  await clock.advance(5_000);
  await waiting;

  expect(changes[0]).toEqual({ from: 2, to: 1, max: 4, because: 503, pauseMs: 5_000, at: refusedAt });
  expect(arrivedAt).toEqual([refusedAt + 5_000]);
});

test('waiting for a turn does not count against the deadline', async () => {
  const { clock, server, find } = await openTarget(100, 4, { timeoutMs: 1_000 });
  await find(1);
  server.refuseNext('9');
  await find(2).catch(refusal);

  const waiting = find(3);
  await clock.advance(9_000);

  await expect(waiting).resolves.toEqual([]);
});
