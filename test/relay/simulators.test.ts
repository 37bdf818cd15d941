/** The relay between both simulated servers, through the connectors of the product and over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createSecurityCenter } from '../../src/connectors/security-center/security-center.ts';
import { createSipass } from '../../src/connectors/sipass/sipass.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbRelayStore } from '../../src/relay/lmdb-relay-store.ts';
import { sipassEventMapping } from '../../src/relay/mappings/sipass-to-security-center.ts';
import { openRelay, type Relay } from '../../src/relay/relay.ts';
import { lostInAll } from '../../src/relay/relay-counters.ts';
import { startSecurityCenterSimulator } from '../../src/simulator/security-center/simulator.ts';
import { letHappen } from '../../src/simulator/sipass/happenings.ts';
import { startSipassSimulator } from '../../src/simulator/sipass/simulator.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Both servers, with some people and doors already on the other side. */
async function openSite(sipassOptions: Parameters<typeof startSipassSimulator>[0] = {}) {
  const sipass = await startSipassSimulator({
    port: 0,
    adminPort: 0,
    cardholders: 12,
    singleSession: true,
    ...sipassOptions,
  });
  const center = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'syncwarden-relay-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  ends.push(() => center.close());
  ends.push(() => sipass.close());
  const known = new Map<string, string>();
  const { signal } = new AbortController();
  const people = sipass.world.cardholders.order('Token');

  /** A relay with connectors of its own, as each start of a plugin makes them. */
  async function start() {
    const { source, events } = createSipass({
      url: sipass.url,
      username: 'syncwarden',
      password: 'syncwarden',
      profile: 'mp28x',
      clock: systemClock,
    });
    const options = {
      url: `${center.url}/WebSdk`,
      username: 'syncwarden',
      password: 'syncwarden',
      applicationId: 'syncwarden',
      timeoutMs: 2_000,
    };
    const { target, events: eventTarget } = createSecurityCenter({ options, owner: 'hq', clock: systemClock });
    const store = openLmdbRelayStore({ folder });
    const relay = await openRelay({
      source: events,
      target: eventTarget,
      mapping: sipassEventMapping({ custom: { 'Access Granted': 1, 'Access Denied': 2 } }),
      store,
      resolve: async (refs) => refs.map(({ type, key }) => known.get(`${type} ${key}`) ?? null),
      clock: systemClock,
      limits: {
        pollMs: 20,
        retryMsMin: 20,
        retryMsMax: 100,
        reorderMs: 60,
        settleMs: 50,
        missingLookMs: 40,
      },
    });
    const ending = new AbortController();
    const running = relay.run(ending.signal);
    let isStopped = false;
    const stop = async () => {
      if (isStopped) return;
      isStopped = true;
      ending.abort(new Error('stopped'));
      await running;
      await Promise.all([source.close(), target.close()]);
      await store.close();
    };
    ends.push(stop);
    const create = async (type: 'cardholder' | 'door', key: string) => {
      const fields = { name: `${type} ${key}`, firstName: key, lastName: null, email: null, mobilePhone: null };
      const validity = { state: 'active', activatesAt: null, expiresAt: null };
      const entity = type === 'door' ? { name: fields.name } : { ...fields, ...validity };
      known.set(`${type} ${key}`, await target.create({ type, key, fields: entity, refs: {} }, signal));
    };
    return { relay, source, create, stop, signal };
  }

  return {
    sipass,
    center,
    people,
    start,
    /** The messages that stand in Security Center, by our id. */
    raised: () => center.world.raised.report(0, 100_000).events,
    ids: () =>
      center.world.raised.report(0, 100_000).events.map(({ message }) => /event hq (\S+)\)$/.exec(message)?.[1] ?? ''),
    happen: (count: number, order: { names?: ['Access Granted' | 'Battery Low']; cardholders?: string[] } = {}) =>
      letHappen(sipass.world, { count, spreadMs: 0, names: ['Access Granted'], ...order }),
  };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  await expect.poll(condition, { timeout: 15_000, interval: 10, message: what }).toBe(true);
}

const begun = (relay: Relay) => until(() => relay.status().heardAt !== null, 'the first bookmark');

test('carries events over one session, in order for each person, and only once their entities exist', async () => {
  const site = await openSite();
  const { relay, create, source, signal } = await site.start();
  await begun(relay);
  await source.probe(signal);
  const made = site.happen(40);
  await until(() => relay.status().waitingForEntity > 0, 'events that wait');
  const early = site.raised().length;

  for (const { token } of site.sipass.world.site.accessPoints) await create('door', token);
  for (const token of site.people) await create('cardholder', token);
  await until(() => site.raised().length >= 40, 'every event');
  await until(() => relay.status().waiting === 0, 'an empty queue');

  expect(early).toBe(0);
  expect(site.ids().sort()).toEqual(made.map(({ id }) => id).sort());
  for (const person of site.people) {
    const own = made.filter(({ cardholder }) => cardholder === person).map(({ id }) => id);
    expect(site.ids().filter((id) => own.includes(id))).toEqual(own);
  }
  expect(relay.status().counters).toMatchObject({ raised: 40, duplicates: 0, receivedAgain: 0 });
  expect(site.sipass.sessions.count).toBe(1);
});

test('loses and repeats nothing while connections are cut, answers are lost, and the feed lies', async () => {
  const site = await openSite({ eventsKept: 60 });
  const first = await site.start();
  await begun(first.relay);
  for (const { token } of site.sipass.world.site.accessPoints) await first.create('door', token);
  for (const token of site.people) await first.create('cardholder', token);
  const { faults } = site.sipass;
  faults.add({ kind: 'event-repeat', count: 3 });
  faults.add({ kind: 'event-reorder', everyNth: 2 });
  faults.add({ kind: 'event-late', count: 2, everyNth: 3 });
  faults.add({ kind: 'event-missing', share: 0.15 });
  faults.add({ kind: 'cut', match: { path: '/management/' }, everyNth: 7 });
  faults.add({ kind: 'status', status: 500, match: { path: '/management/' }, everyNth: 11 });
  site.center.faults.add({ kind: 'lose-answer', match: { path: '/events/Raise' }, everyNth: 5 });
  site.center.faults.add({ kind: 'cut', match: { path: '/events/Raise' }, everyNth: 9 });
  const made = [...site.happen(50)];
  await until(() => site.raised().length > 10, 'the first events');

  // The connection is gone for longer than the feed remembers, and the session with it.
  await first.stop();
  made.push(...site.happen(150));
  site.sipass.sessions.clear();
  const second = await site.start();
  await until(() => site.raised().length > 100, 'the events of the outage');
  site.sipass.sessions.clear();
  made.push(...site.happen(30));

  await until(() => site.raised().length >= made.length, 'every event');
  await until(() => second.relay.status().waiting === 0, 'an empty queue');

  const { counters } = second.relay.status();
  expect(site.ids().sort()).toEqual(made.map(({ id }) => id).sort());
  for (const person of site.people) {
    const own = made.filter(({ cardholder }) => cardholder === person).map(({ id }) => id);
    expect(site.ids().filter((id) => own.includes(id))).toEqual(own);
  }
  expect({ lost: lostInAll(counters), duplicates: counters.duplicates, raised: counters.raised }).toEqual({
    lost: 0,
    duplicates: 0,
    raised: made.length,
  });
  expect(counters.foundRaised).toBeGreaterThan(0);
  expect(counters.gaps.filled).toBeGreaterThan(0);
});

test('counts exactly what neither the feed nor the history of the source gives', async () => {
  const site = await openSite();
  const { relay, create } = await site.start();
  await begun(relay);
  for (const { token } of site.sipass.world.site.accessPoints) await create('door', token);
  for (const token of site.people) await create('cardholder', token);
  site.sipass.faults.add({ kind: 'event-lost', share: 0.3 });
  const made = site.happen(40);

  await until(() => relay.status().counters.lost.missing + relay.status().counters.raised === made.length, 'the count');

  const { counters } = relay.status();
  expect(counters.lost.missing).toBe(made.length - site.raised().length);
  expect(counters.lost.missing).toBeGreaterThan(0);
});

test('names what it does not relay: events about controllers, which are not synchronized', async () => {
  const site = await openSite();
  const { relay } = await site.start();
  await begun(relay);

  site.happen(3, { names: ['Battery Low'] });

  await until(() => relay.status().counters.dropped === 3, 'the drops');
  expect(relay.status().counters.droppedByKind).toEqual({ 'Battery Low: no entity': 3 });
  expect(site.raised()).toEqual([]);
});
