/** A SiPass source on a server that can do only so much at once. */
import { afterEach, expect, test } from 'vitest';
import type { LimitChange } from '../../../src/connectors/http/adaptive-gate.ts';
import { createSipassSource } from '../../../src/connectors/sipass/source.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { type BusyServer, startBusyServer } from '../http/busy-server.ts';

const { signal } = new AbortController();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function openSource(capacity: number, concurrency: number) {
  const clock = new VirtualClock();
  const arrivedAt: number[] = [];
  const changes: LimitChange[] = [];
  const server: BusyServer = await startBusyServer(capacity, (route) => {
    arrivedAt.push(clock.now());
    if (route.startsWith('POST')) return { Token: 'session' };
    return route.endsWith('/sessiontimeout') ? 360 : { Token: route.slice(route.lastIndexOf('/') + 1) };
  });
  const source = createSipassSource({
    url: server.url,
    username: 'syncwarden',
    password: 'syncwarden',
    profile: 'mp28x',
    concurrency,
    clock,
    onLimit: (change) => changes.push(change),
  });
  open.push(server, source);
  /** Reads people, each until it is given, with as many asking at once as a walk does. */
  const readAll = (count: number) => {
    let next = 1;
    const worker = async () => {
      for (let key = next++; key <= count; key = next++) {
        while (!(await source.get('cardholder', String(key), signal).catch(refusal))) {}
      }
    };
    return Promise.all(Array.from({ length: 8 }, worker));
  };
  return { clock, server, source, changes, arrivedAt, readAll };
}

function refusal(error: unknown): null {
  expect(error).toMatchObject({ code: 'SW_SERVER_FAILED' });
  return null;
}

test('a server that does 3 at once is brought to 3 at once, and refuses only what it takes to find out', async () => {
  const { server, changes, readAll } = await openSource(3, 8);

  await readAll(400);

  const later = server.arrivals.slice(-200);
  expect(Math.max(...later.map(({ inFlight }) => inFlight))).toBe(3);
  expect(server.arrivals.filter(({ refused }) => refused).length).toBeLessThanOrEqual(12);
  expect(changes.some(({ because }) => because === 503)).toBe(true);
});

test('a server with room for all is brought to the maximum and not beyond', async () => {
  const { server, readAll } = await openSource(100, 8);

  await readAll(150);

  expect(Math.max(...server.arrivals.map(({ inFlight }) => inFlight))).toBe(8);
});

test('a limit of one session is kept, whatever is asked at the same time', async () => {
  const { server, source, readAll } = await openSource(100, 1);

  await Promise.all([readAll(20), source.probe(signal), readAll(20)]);

  expect(Math.max(...server.arrivals.map(({ inFlight }) => inFlight))).toBe(1);
});

test('what a server asks for with Retry-After, it gets', async () => {
  const { clock, server, source, arrivedAt, changes } = await openSource(100, 4);
  await source.get('cardholder', '1', signal);
  server.refuseNext('5');
  await source.get('cardholder', '2', signal).catch(refusal);
  const refusedAt = clock.now();

  const waiting = Promise.all([source.get('cardholder', '3', signal), source.probe(signal)]);
  await clock.advance(5_000);
  await waiting;

  expect(changes[0]).toEqual({ from: 2, to: 1, max: 4, because: 503, pauseMs: 5_000, at: refusedAt });
  expect(arrivedAt.slice(-2)).toEqual([refusedAt + 5_000, refusedAt + 5_000]);
});

test('closing during a pause waits no longer than a farewell takes', async () => {
  const { clock, server, source } = await openSource(100, 4);
  await source.get('cardholder', '1', signal);
  server.refuseNext('9');
  await source.get('cardholder', '2', signal).catch(refusal);

  const closed = source.close();
  await clock.advance(5_000);
  await closed;

  expect(server.arrivals.some(({ route }) => route.startsWith('DELETE'))).toBe(false);
  expect(clock.nextDueAt).toBeNull();
});
