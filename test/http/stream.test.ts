/** The event stream over a real socket: nothing is missed, nothing runs full, nothing outlives its reader. */
import { describe, expect, test } from 'vitest';
import { integrationViewSchema, problemSchema, stepViewSchema } from '../../src/http/api.ts';
import { settle } from '../support/virtual-clock.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { openStation, type Station, type StationOptions } from './station.ts';

async function openListening(options: StationOptions = {}) {
  const station = await openStation(options);
  const address = await station.app.listen({ host: '127.0.0.1', port: 0 });
  return { station, url: `${address}/api/v1/stream` };
}

/** Commits so many steps: each hold is one. */
async function commit({ runtime, clock }: Station, count: number, reason = 'Testing', key = 'hq'): Promise<void> {
  for (let index = 0; index < count; index++) {
    const hold = { type: 'hold.placed', at: clock.now(), name: 'test', reason };
    await runtime.send(key, hold);
  }
}

const viewsOf = ({ events }: EventStream) =>
  events
    .filter(({ event }) => event === 'integration')
    .map(({ data }) => integrationViewSchema.parse(JSON.parse(data)));

describe('a reader', () => {
  test('is told at once how each integration stands', async () => {
    const integrations = ['hq', 'harbour'].map((id) => ({ id, title: id }));
    const { url } = await openListening({ integrations });

    const stream = await openEventStream(url);
    await stream.until(() => stream.events.length === 2);

    expect(stream.response.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(stream.response.headers['cache-control']).toBe('no-store');
    expect(stream.response.headers['content-security-policy']).toContain("default-src 'self'");
    expect(viewsOf(stream).map(({ id }) => id)).toEqual(['hq', 'harbour']);
    expect(stream.retryMs).toBe(1_000);
    expect(stream.lastId).toBe('2');
    await stream.close();
  });

  test('gets every step in order, numbered', async () => {
    const { station, url } = await openListening();
    const stream = await openEventStream(url);

    await commit(station, 5);
    await stream.until(() => stream.steps.length === 5);

    expect(stream.steps).toEqual([2, 3, 4, 5, 6]);
    const [first] = stream.events.filter(({ event }) => event === 'step');
    expect(stepViewSchema.parse(JSON.parse(first?.data ?? ''))).toMatchObject({
      seq: 2,
      integration: 'hq',
      event: { type: 'hold.placed', details: { name: 'test' } },
    });
    await stream.close();
  });

  test('gets views at most four times a second, the last one whole', async () => {
    const { station, url } = await openListening();
    const stream = await openEventStream(url);
    await stream.until(() => stream.events.length === 1);

    await commit(station, 50);
    await station.clock.advance(250);
    await stream.until(() => viewsOf(stream).at(-1)?.seq === station.runtime.lastSeq());

    expect(stream.steps).toHaveLength(50);
    // One on connecting, one at once, one for all the others.
    expect(viewsOf(stream)).toHaveLength(3);
    await stream.close();
  });

  test('hears only of the integration that it asked for', async () => {
    const integrations = ['hq', 'harbour'].map((id) => ({ id, title: id }));
    const { station, url } = await openListening({ integrations });
    const stream = await openEventStream(`${url}?integration=harbour`);

    await commit(station, 1, 'first', 'hq');
    await commit(station, 1, 'second', 'harbour');
    await stream.until(() => stream.steps.length === 1);

    expect(stream.steps).toEqual([4]);
    expect(viewsOf(stream).every(({ id }) => id === 'harbour')).toBe(true);
    await stream.close();
  });

  test('is kept alive by a comment every 15 seconds', async () => {
    const { station, url } = await openListening();
    const stream = await openEventStream(url);
    const alive = () => stream.comments.length;

    await station.clock.advance(14_999);
    const early = alive();
    await station.clock.advance(1);
    await stream.until(() => alive() === 1);
    await station.clock.advance(15_000);
    await stream.until(() => alive() === 2);

    expect(early).toBe(0);
    await stream.close();
  });
});

describe('a reader that comes back', () => {
  test('gets what it missed, then what happens, each step once and in order', async () => {
    const { station, url } = await openListening();
    const before = await openEventStream(url);
    await commit(station, 3);
    await before.until(() => before.steps.length === 3);
    await before.close();
    await commit(station, 300);

    const after = await openEventStream(url, { 'last-event-id': before.lastId ?? '' });
    await commit(station, 5);
    await after.until(() => after.steps.at(-1) === station.runtime.lastSeq());

    expect([...before.steps, ...after.steps]).toEqual(Array.from({ length: 308 }, (_, index) => index + 2));
    await after.close();
  });

  test('gets what was committed between connecting and the first step', async () => {
    const { station, url } = await openListening();
    const before = await openEventStream(url);
    await before.until(() => before.lastId !== null);
    await before.close();
    await commit(station, 2);

    const after = await openEventStream(url, { 'last-event-id': before.lastId ?? '' });
    await after.until(() => after.steps.length === 2);

    expect(after.steps).toEqual([2, 3]);
    await after.close();
  });

  test('is told of a gap when it was away for too long', async () => {
    const { station, url } = await openListening({ stream: { replayStepsMax: 10 } });
    await commit(station, 30);

    const stream = await openEventStream(url, { 'last-event-id': '1' });
    await stream.until(() => stream.steps.length === 10);

    const gap = stream.events.find(({ event }) => event === 'gap');
    expect(JSON.parse(gap?.data ?? '')).toEqual({ after: 1, before: 22 });
    expect(stream.steps[0]).toBe(22);
    await stream.close();
  });

  test.each(['999999', 'nonsense', '-1', '9'.repeat(40)])('with the number %s still hears what happens', async (id) => {
    const { station, url } = await openListening();
    await commit(station, 3);

    const stream = await openEventStream(url, { 'last-event-id': id });
    await stream.until(() => stream.events.length > 0);
    await commit(station, 1);
    await stream.until(() => stream.steps.length > 0);

    expect(stream.steps).toEqual([5]);
    await stream.close();
  });
});

describe('the server', () => {
  test('drops a reader that does not read, and goes on for the others', async () => {
    const { station, url } = await openListening({ stream: { backlogBytesMax: 100_000 } });
    const slow = await openEventStream(url);
    const quick = await openEventStream(url);
    await slow.until(() => slow.events.length === 1);
    slow.response.pause();

    // Far more than the sockets of both sides can hold, at the pace of the reader that does read.
    for (let rounds = 0; rounds < 3_000 && !(await isDropped(station)); rounds++) {
      await commit(station, 5, String(rounds % 10).repeat(500));
      const last = station.runtime.lastSeq();
      await quick.until(() => quick.steps.at(-1) === last || quick.isEnded);
    }

    expect(await isDropped(station)).toBe(true);
    expect(quick.isEnded).toBe(false);
    slow.response.resume();
    await slow.until(() => slow.isEnded);
    await quick.close();
  }, 20_000);

  test('forgets readers that went away: neither timers nor listeners stay', async () => {
    const { station, url } = await openListening();
    const idle = station.clock.nextDueAt;
    const streams = await Promise.all([1, 2, 3].map(() => openEventStream(url)));
    await Promise.all(streams.map((stream) => stream.until(() => stream.events.length === 1)));
    expect(await readers(station)).toBe(3);

    await Promise.all(streams.map((stream) => stream.close()));
    while ((await readers(station)) > 0) await settle();

    expect(station.clock.nextDueAt).toBe(idle);
  });

  test('refuses more readers than it can serve', async () => {
    const { url } = await openListening({ stream: { readersMax: 1 } });
    const first = await openEventStream(url);

    const second = await fetch(url);

    expect(second.status).toBe(429);
    expect(problemSchema.parse(await second.json()).code).toBe('SW_MAILBOX_FULL');
    await first.close();
  });

  test('ends all streams when it closes, and does not wait for their readers', async () => {
    const { station, url } = await openListening();
    const stream = await openEventStream(url);
    stream.response.pause();

    await station.app.close();
    stream.response.resume();
    await stream.until(() => stream.isEnded);

    expect(stream.isEnded).toBe(true);
  });

  test('answers HEAD without opening a stream', async () => {
    const { url } = await openListening();

    expect((await fetch(url, { method: 'HEAD' })).status).toBe(404);
  });
});

/** How many sockets the server holds open. */
function readers({ app }: Station): Promise<number> {
  return new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

const isDropped = async (station: Station) => (await readers(station)) === 1;
