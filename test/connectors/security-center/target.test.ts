import { afterEach, describe, expect, test } from 'vitest';
import type { Cursor, IdPage, MarkedEntity, Target } from '../../../src/connectors/connector.ts';
import { createSecurityCenterTarget } from '../../../src/connectors/security-center/target.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { entityHash } from '../../../src/sync/map.ts';
import { type BenchOptions, cardholder, credential, named, openBench } from './target-bench.ts';

const { signal } = new AbortController();
const opened: (() => Promise<void>)[] = [];

async function open(options?: BenchOptions) {
  const bench = await openBench(options);
  opened.push(bench.close);
  return bench;
}

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function listAll(target: Target, type: string): Promise<MarkedEntity[]> {
  const entities: MarkedEntity[] = [];
  let cursor: Cursor | null = null;
  do {
    const page = await target.list(type, cursor, signal);
    entities.push(...page.entities);
    cursor = page.next;
  } while (cursor !== null);
  return entities;
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code?: unknown }) => error.code,
  );

describe('content', () => {
  test('hashes the same when it is read back, for every type', async () => {
    const { target } = await open();
    const group = await target.create(named('cardholder-group', '3', 'Visitors, all (day)'), signal);
    const person = cardholder('17', "O'Brien, Jr. (Ext) 100% + @ home", [group]);
    const owner = await target.create(person, signal);
    const entities = [
      person,
      {
        ...cardholder('18', 'Void'),
        fields: { ...cardholder('18', 'Void').fields, state: 'inactive', expiresAt: null },
      },
      credential('17', owner, { facilityCode: 12, cardNumber: '3456' }),
      credential('18', owner, { facilityCode: 4000, cardNumber: '3456' }),
      credential('19', owner, { facilityCode: 4000, cardNumber: '524287' }),
      credential('20', owner, { facilityCode: 0, cardNumber: '34359738367' }),
      named('door', '5', 'Gate #5 – Süd'),
      named('elevator', '6', '-1 {basement}'),
    ];

    for (const entity of entities) {
      const id = entity === person ? owner : await target.create(entity, signal);
      const [stored] = await target.read(entity.type, [id], signal);
      expect(stored && entityHash(stored)).toBe(entityHash(entity));
    }
  });

  test.each([
    ['expired', { activatesAt: '2020-01-01T00:00:00Z', expiresAt: '2021-01-01T00:00:00Z' }],
    ['not begun', { activatesAt: '2097-01-01T00:00:00Z', expiresAt: '2098-01-01T00:00:00Z' }],
  ])('whose validity has %s is still read as it was written', async (_what, dates) => {
    const { target } = await open();
    const plain = cardholder('17', 'Ada');
    const entity = { ...plain, fields: { ...plain.fields, ...dates } };

    const id = await target.create(entity, signal);

    expect((await target.read('cardholder', [id], signal))[0]?.fields).toEqual(entity.fields);
  });

  test('that a person changed in Security Center shows as different, and an update puts it right', async () => {
    const { target, server } = await open();
    const entity = cardholder('17', 'Ada');
    const id = await target.create(entity, signal);
    server.world.table.find(id)?.properties.set('state', 'Stolen');
    server.world.table.find(id)?.properties.set('description', 'taken over by hand');

    const [before] = await target.read('cardholder', [id], signal);
    await target.update(id, entity, signal);
    const [after] = await target.read('cardholder', [id], signal);

    expect(before).toMatchObject({ key: '', fields: { state: 'stolen' } });
    expect(after).toEqual({ ...entity, id });
  });

  test('that is equal is not written again', async () => {
    const { target, server } = await open();
    const entity = cardholder('17', 'Ada');
    const id = await target.create(entity, signal);

    await target.update(id, entity, signal);

    expect(server.world.book.report()).toMatchObject({ creates: 1, updates: 0 });
  });

  test('of a card that another credential has is refused for that credential alone', async () => {
    const { target } = await open();
    const owner = await target.create(cardholder('17', 'Ada'), signal);
    const card = { facilityCode: 1, cardNumber: '2' };
    await target.create(credential('17', owner, card), signal);

    const second = target.create(credential('18', owner, card), signal);

    await expect(second).rejects.toMatchObject({ code: 'SW_REFUSED' });
    await expect(second).rejects.toThrow(/InvalidOperation: A credential with the same format exists/);
  });
});

describe('the marker', () => {
  test('keeps two integrations on one server apart', async () => {
    const { target, options } = await open({ owner: 'hq' });
    const other = createSecurityCenterTarget({ options, owner: 'hq-2', clock: systemClock });
    opened.push(() => other.close());
    const mine = await target.create(named('door', '1', 'Mine'), signal);
    await other.create(named('door', '1', 'Theirs'), signal);

    expect(await listAll(target, 'door')).toEqual([{ id: mine, key: '1' }]);
    expect(await target.find('door', '1', signal)).toEqual([mine]);
  });

  test('is there after a create whose answer was lost, so that it is not created twice', async () => {
    const { target, server } = await open();
    server.faults.add({ kind: 'lose-answer', match: { method: 'POST' }, times: 1 });

    const code = await codeOf(target.create(cardholder('17', 'Ada'), signal));

    expect(['SW_UNREACHABLE', 'SW_REPLY_UNEXPECTED']).toContain(code);
    expect(server.world.book.report().creates).toBe(1);
    expect(await target.find('cardholder', '17', signal)).toHaveLength(1);
  });
});

describe('a list', () => {
  test.each([undefined, 1])('gives each entity once though rows repeat at page borders (%s times)', async (times) => {
    const { target, server } = await open({ target: { pageSize: 5 } });
    const keys = Array.from({ length: 23 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    for (const key of keys) await target.create(named('door', key, key), signal);
    server.faults.add({ kind: 'duplicate-row', ...(times === undefined ? {} : { times }), afterRequests: 1 });

    const listed = await listAll(target, 'door');

    expect(listed.map(({ key }) => key).sort()).toEqual(keys);
  });

  test('goes on from a cursor in another process without giving a row twice', async () => {
    const { target, options } = await open({ target: { pageSize: 2 } });
    for (const key of ['a', 'b', 'c', 'd']) await target.create(named('door', key, key), signal);
    const first = await target.list('door', null, signal);
    const resumed = createSecurityCenterTarget({ options, owner: 'hq', clock: systemClock });
    opened.push(() => resumed.close());

    const second = await resumed.list('door', first.next, signal);

    expect([...first.entities, ...second.entities].map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('of people leaves strangers out, and reads descriptions in batches that fit a request line', async () => {
    const { target, server } = await open({ simulator: { strangers: 30 }, target: { concurrency: 4 } });
    for (let key = 0; key < 170; key += 1) await target.create(cardholder(String(key), 'Ada'), signal);
    server.log.clear();

    const listed = await listAll(target, 'cardholder');
    const stored = await target.read(
      'cardholder',
      listed.map(({ id }) => id),
      signal,
    );

    expect(listed).toHaveLength(170);
    expect(stored.map(({ id }) => id).sort()).toEqual(listed.map(({ id }) => id).sort());
    const lines = server.log.after(0, 100).map(({ path }) => Buffer.byteLength(`GET ${path} HTTP/1.1`));
    expect(Math.max(...lines)).toBeLessThan(8_192);
    expect(lines.length).toBeLessThan(10);
  });

  test.each(['5.12.0', '5.13.3'])('of ids alone costs one request a page with version %s', async (version) => {
    const { target, server } = await open({ simulator: { version }, target: { pageSize: 20 } });
    for (let key = 0; key < 50; key += 1) await target.create(cardholder(String(key), 'Ada'), signal);
    server.log.clear();

    const ids: string[] = [];
    let cursor: Cursor | null = null;
    do {
      const page: IdPage | undefined = await target.listIds?.('cardholder', cursor, signal);
      ids.push(...(page?.ids ?? []));
      cursor = page?.next ?? null;
    } while (cursor !== null);

    expect(new Set(ids).size).toBe(50);
    expect(server.log.after(0, 100)).toHaveLength(3);
  });

  test('of content is read in batches that fill one request each', async () => {
    const { target, server } = await open();
    const ids: string[] = [];
    for (let key = 0; key < target.capabilities.readBatch; key += 1)
      ids.push(await target.create(cardholder(String(key), 'Ada'), signal));
    server.log.clear();

    expect(await target.read('cardholder', ids, signal)).toHaveLength(ids.length);
    expect(server.log.after(0, 100)).toHaveLength(1);
  });
});

describe('a failure', () => {
  test.each([
    ['wrong credentials', { password: 'wrong' }, 'SW_UNAUTHORISED'],
    ['a wrong base URI', { url: 'replaced below' }, 'SW_REPLY_UNEXPECTED'],
  ])('by %s has its own code', async (_what, target, code) => {
    const { options } = await open();
    const wrong = 'url' in target ? { url: options.url.replace('WebSdk', 'Other') } : target;
    const made = createSecurityCenterTarget({ options: { ...options, ...wrong }, owner: 'hq', clock: systemClock });
    opened.push(() => made.close());

    expect(await codeOf(made.probe(signal))).toBe(code);
  });

  test.each([
    ['licence', { kind: 'licence' }, 'SW_LICENCE'],
    ['server', { kind: 'status', status: 503 }, 'SW_SERVER_FAILED'],
    ['reads', { kind: 'fail', match: { method: 'GET' } }, 'SW_SERVER_FAILED'],
    ['connection', { kind: 'cut' }, 'SW_UNREACHABLE'],
  ])('of the %s is thrown from probe and list, and is never an empty list', async (_what, fault, code) => {
    const { target, server } = await open();
    await target.create(named('door', '1', 'Gate'), signal);
    server.faults.add(fault);

    expect(await codeOf(target.list('door', null, signal))).toBe(code);
    expect(await codeOf(target.find('door', '1', signal))).toBe(code);
    expect(await codeOf(target.probe(signal))).toBe(code);
  });

  test('of a write inside HTTP 200 refuses that entity and quotes the server', async () => {
    const { target, server } = await open();
    server.faults.add({ kind: 'fail', code: 'InvalidValue', message: 'no such thing', match: { method: 'POST' } });

    const created = target.create(named('door', '1', 'Gate'), signal);

    await expect(created).rejects.toMatchObject({ code: 'SW_REFUSED' });
    await expect(created).rejects.toThrow(/InvalidValue: no such thing/);
  });

  test('of a create is not answered by sending it again', async () => {
    const { target, server } = await open();
    server.faults.add({ kind: 'status', status: 503, match: { method: 'POST' } });

    await codeOf(target.create(named('door', '1', 'Gate'), signal));

    expect(server.log.after(0, 100).filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('that takes too long is a time-out, and the first call of a session may take longer', async () => {
    const limits = { timeoutMs: 150, firstCallTimeoutMs: 5_000 };
    const { target, server } = await open({ simulator: { firstCallDelayMs: 400 }, target: limits });

    expect((await target.probe(signal)).product).toBe('Security Center');
    server.faults.add({ kind: 'hang' });
    expect(await codeOf(target.list('door', null, signal))).toBe('SW_TIMEOUT');
  });
});

describe('reading', () => {
  test('finds the few that are gone among many without losing the others', async () => {
    const { target } = await open();
    const ids: string[] = [];
    for (let key = 0; key < 40; key += 1) ids.push(await target.create(named('door', String(key), 'Gate'), signal));
    const gone = [ids[0], ids[17], ids[39]] as string[]; // 40 were made
    for (const id of gone) await target.remove('door', id, signal);

    const stored = await target.read('door', ids, signal);

    expect(stored.map(({ id }) => id)).toEqual(ids.filter((id) => !gone.includes(id)));
  });
});

describe('a probe', () => {
  test('states the version of the main server, and sees an upgrade within ten seconds', async () => {
    let now = 1_000_000;
    const clock = { ...systemClock, now: () => now };
    const { target, server } = await open({ clock });
    const first = await target.probe(signal);
    server.faults.add({ kind: 'version', version: '5.13.3.0' });
    now += 9_000;
    const within = await target.probe(signal);
    now += 2_000;
    const later = await target.probe(signal);

    expect([first, within, later].map(({ version }) => version)).toEqual(['5.12.2.0', '5.12.2.0', '5.13.3.0']);
  });

  test('has no version for a user who may not see the servers, but is well', async () => {
    const { target, server } = await open();
    server.faults.add({ kind: 'invisible', type: 'Server' });

    expect(await target.probe(signal)).toMatchObject({ product: 'Security Center', version: null });
  });
});

test('no more requests are in flight than allowed', async () => {
  const { target, server } = await open({ target: { concurrency: 2 } });
  server.faults.add({ kind: 'slow', delayMs: 20 });

  await Promise.all(Array.from({ length: 12 }, (_, key) => target.create(named('door', `${key}`, 'Gate'), signal)));

  // The middle of each exchange, because the log counts in whole milliseconds.
  const spans = server.log.after(0, 100).map(({ at, durationMs }) => ({ from: at - durationMs, until: at }));
  const atOnce = spans.map(({ from, until }) => {
    const middle = (from + until) / 2;
    return spans.filter((span) => span.from < middle && middle < span.until).length;
  });
  expect(spans).toHaveLength(12);
  expect(Math.max(...atOnce)).toBe(2);
});
