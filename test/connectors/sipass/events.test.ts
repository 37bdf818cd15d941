/** The event feed over the production connector. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSipass, type Sipass } from '../../../src/connectors/sipass/sipass.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { startSipassProxy } from '../../../src/simulator/proxy/proxy.ts';
import { letHappen } from '../../../src/simulator/sipass/happenings.ts';
import { type SipassSimulator, startSipassSimulator } from '../../../src/simulator/sipass/simulator.ts';

const { signal } = new AbortController();
let server: SipassSimulator;
let sipass: Sipass;

beforeEach(async () => {
  server = await startSipassSimulator({ port: 0, adminPort: 0, cardholders: 5, singleSession: true, eventsKept: 10 });
  const account = { username: 'syncwarden', password: 'syncwarden', profile: 'mp28x' as const };
  sipass = createSipass({ url: server.url, clock: systemClock, ...account }, { pageSize: 4 });
});
afterEach(async () => {
  await sipass.source.close();
  await server.close();
});

const happen = (count: number) => letHappen(server.world, { count, spreadMs: 0, names: ['Access Granted'] });
const everything = { from: 0, to: 4e12 };

describe('the events of SiPass', () => {
  test('share the one session with the entities', async () => {
    const { next } = await sipass.events.read(null, signal);
    await sipass.source.probe(signal);
    await sipass.events.read(next, signal);

    expect(server.sessions.count).toBe(1);
    expect(server.log.counters().byRoute['POST /authentication']).toBe(1);
  });

  test('come from the bookmark on, with whom and what they are about', async () => {
    const { next, events: none } = await sipass.events.read(null, signal);
    const [made] = happen(5);

    const page = await sipass.events.read(next, signal);

    expect(none).toEqual([]);
    expect(page).toMatchObject({ more: true, gap: null, numbering: { position: 4 } });
    expect(page.events[0]).toEqual({
      id: made?.id,
      sequence: 1,
      at: made?.at,
      kind: 'Access Granted',
      entities: [
        { kind: 'cardholder', key: made?.cardholder },
        { kind: 'access-point', key: made?.accessPoint },
      ],
      value: { pointName: made?.pointName },
    });
  });

  test('say which time is missing when the bookmark is too old, and the history fills it', async () => {
    const first = await sipass.events.read(null, signal);
    happen(25);

    const page = await sipass.events.read(first.next, signal);
    const ids: string[] = [];
    for (let cursor = null as Parameters<typeof sipass.events.backfill>[1], more = true; more; more = cursor !== null) {
      const part = await sipass.events.backfill(everything, cursor, signal);
      ids.push(...part.events.map(({ id }) => id));
      cursor = part.next;
    }

    expect(page).toMatchObject({ events: [], numbering: { position: 25 } });
    expect(page.gap?.from).toBeLessThanOrEqual(page.gap?.to ?? 0);
    expect(ids).toHaveLength(25);
  });

  test('go on in a new session when the old one is lost', async () => {
    const { next } = await sipass.events.read(null, signal);
    happen(2);
    server.sessions.clear();

    expect((await sipass.events.read(next, signal)).events).toHaveLength(2);
  });

  test('are not taken for none where there is no such feed', async () => {
    server.faults.add({ kind: 'status', status: 404, match: { path: '/management/' } });

    await expect(sipass.events.read(null, signal)).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
    await expect(sipass.events.backfill(everything, null, signal)).rejects.toMatchObject({
      code: 'SW_REPLY_UNEXPECTED',
    });
  });

  test('pass the proxy like everything else', async () => {
    const proxy = await startSipassProxy({ port: 0, adminPort: 0, upstreamUrl: server.url });
    const account = { username: 'syncwarden', password: 'syncwarden', profile: 'mp28x' as const };
    const behind = createSipass({ url: proxy.url, clock: systemClock, ...account });
    const { next } = await behind.events.read(null, signal);
    happen(3);

    const { events } = await behind.events.read(next, signal);

    expect(events).toHaveLength(3);
    await behind.source.close();
    await proxy.close();
  });

  test('refuse a bookmark of another shape', async () => {
    await expect(sipass.events.read({ page: 1 }, signal)).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
  });
});
