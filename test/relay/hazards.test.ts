/** Each hazard between a feed and its target, alone. */
import { describe, expect, test } from 'vitest';
import { lostInAll } from '../../src/relay/relay-counters.ts';
import { settle } from '../support/virtual-clock.ts';
import { type Bench, coded, type Life, openBench } from './relay-bench.ts';

const counters = (life: Life) => life.relay.status().counters;
const ids = (bench: Bench) => bench.raised.map(({ id }) => id);
const all = (bench: Bench) => bench.events.map(({ id }) => id);
const happenMany = (bench: Bench, count: number) => {
  for (let at = 0; at < count; at += 1) bench.happen(`d${at % 3}`);
};

describe('a feed', () => {
  test('begins with what happens from now on, and is relayed in order', async () => {
    const bench = openBench();
    bench.happen('d0');
    const life = await bench.begin();
    const one = bench.happen('d0');
    const two = bench.happen('d0');

    await bench.until(() => bench.raised.length === 2);

    expect(ids(bench)).toEqual([one.id, two.id]);
    expect(bench.raised[0]).toMatchObject({ entity: 'id:d0', name: { kind: 'custom', id: 1 }, at: one.at });
    await life.stop();
  });

  test('drops what it is given again, within a page and across pages', async () => {
    const bench = openBench();
    const life = await bench.begin();
    let last: Bench['events'] = [];
    bench.state.shown = (page) => {
      const shown = [...last, ...page, ...page];
      last = [...page];
      return shown;
    };
    happenMany(bench, 12);

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(counters(life)).toMatchObject({ accepted: 12, raised: 12, duplicates: 0 });
    expect(counters(life).receivedAgain).toBeGreaterThanOrEqual(12);
    await life.stop();
  });

  test('puts events in order that overtake each other within the window', async () => {
    const bench = openBench({ pageSize: 20 });
    const life = await bench.begin();
    bench.state.shown = (page) => [...page].reverse();
    happenMany(bench, 15);

    await bench.quiet(life);

    for (const door of ['d0', 'd1', 'd2'])
      expect(bench.raisedOn(door)).toEqual(all(bench).filter((_, at) => at % 3 === Number(door[1])));
    await life.stop();
  });

  test.each(['increasing', 'none'] as const)('puts them in order without gapless numbers (%s)', async (sequence) => {
    const bench = openBench({ pageSize: 20, capabilities: { sequence } });
    const life = await bench.begin();
    bench.state.shown = (page) => [...page].reverse();
    happenMany(bench, 15);

    await bench.until(() => bench.raised.length === 15);

    for (const door of ['d0', 'd1', 'd2'])
      expect(bench.raisedOn(door)).toEqual(all(bench).filter((_, at) => at % 3 === Number(door[1])));
    await life.stop();
  });

  test('finds a missing number, also the last one, and fills it by a backfill before later events are raised', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.state.shown = (page) => page.filter(({ sequence }) => sequence !== 3 && sequence !== 6);
    for (let at = 0; at < 6; at += 1) bench.happen('d0');

    await bench.quiet(life);

    expect(ids(bench)).toEqual(all(bench));
    expect(counters(life).gaps).toMatchObject({ unfilled: 0 });
    expect(counters(life).gaps.filled).toBeGreaterThan(0);
    expect(lostInAll(counters(life))).toBe(0);
    await life.stop();
  });

  test('counts a number that the source never gives as lost, and goes on', async () => {
    const bench = openBench({ capabilities: { backfill: false } });
    const life = await bench.begin();
    bench.state.shown = (page) => page.filter(({ sequence }) => sequence !== 2);
    happenMany(bench, 4);

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).filter((id) => id !== 'one-2'));
    expect(counters(life).lost).toMatchObject({ missing: 1 });
    expect(bench.notes.join()).toContain('lost');
    await life.stop();
  });

  test('knows by its number what it has forgotten by its id', async () => {
    const bench = openBench({ limits: { recentIdsMax: 3 } });
    const life = await bench.begin();
    happenMany(bench, 12);
    await bench.quiet(life);
    bench.state.shown = (page) => [...bench.events.slice(0, 6), ...page];
    bench.happen('d0');

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(counters(life)).toMatchObject({ accepted: 13, raised: 13 });
    await life.stop();
  });

  test('still relays a number that comes after it was given up, and takes it off the losses', async () => {
    const bench = openBench({ capabilities: { backfill: false } });
    const life = await bench.begin();
    const withheld = bench.happen('d1');
    bench.state.shown = (page) => page.filter(({ id }) => id !== withheld.id);
    bench.happen('d0');
    await bench.quiet(life);
    const before = counters(life).lost.missing;

    bench.state.shown = (page) => [withheld, ...page];
    bench.happen('d0');
    await bench.until(() => bench.raised.length === 3);

    expect([before, counters(life).lost.missing]).toEqual([1, 0]);
    await life.stop();
  });

  test('backfills the gap when its bookmark is lost', async () => {
    const bench = openBench({ pageSize: 4 });
    const life = await bench.begin();
    happenMany(bench, 3);
    await bench.quiet(life);
    await life.kill();
    happenMany(bench, 30);
    bench.state.feedFrom = 28;

    const next = await bench.start();
    await bench.quiet(next);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    for (const door of ['d0', 'd1', 'd2'])
      expect(bench.raisedOn(door)).toEqual(all(bench).filter((id) => bench.raisedOn(door).includes(id)));
    expect(lostInAll(counters(next))).toBe(0);
    await next.stop();
  });

  test('without gapless numbers asks for the outage once more on its return, and raises nothing twice', async () => {
    const bench = openBench({ capabilities: { sequence: 'none' }, limits: { silenceMsMax: 2_000 } });
    const life = await bench.begin();
    bench.happen('d0');
    await bench.until(() => bench.raised.length === 1);
    bench.state.tap = ({ call }) => {
      if (call === 'events') throw coded('SW_UNREACHABLE');
    };
    bench.state.shown = (page) => page.slice(1);
    happenMany(bench, 4);
    await bench.clock.advance(5_000);
    bench.state.tap = () => {};

    await bench.until(() => bench.raised.length === 5);
    await bench.clock.advance(3_000);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(counters(life).gaps).toMatchObject({ unfilled: 0 });
    await life.stop();
  });

  test('without gapless numbers asks again after one lost answer, which may have been the only one', async () => {
    const bench = openBench({ capabilities: { sequence: 'increasing' } });
    const life = await bench.begin();
    let lost = 0;
    bench.state.tap = ({ call, when }) => {
      if (call === 'events' && when === 'after' && lost++ === 0) throw coded('SW_UNREACHABLE');
    };
    const given = new Set<string>();
    bench.state.shown = (page) => {
      const fresh = page.filter(({ id }) => !given.has(id));
      for (const { id } of page) given.add(id);
      return fresh;
    };
    bench.happen('d0');

    await bench.until(() => bench.raised.length === 1);

    expect(counters(life).gaps.filled).toBe(1);
    await life.stop();
  });

  test('survives a new numbering: nothing of it is taken for old', async () => {
    const bench = openBench();
    const life = await bench.begin();
    happenMany(bench, 8);
    await bench.quiet(life);
    bench.state.epoch = 'two';
    bench.state.nextSequence = 1;
    happenMany(bench, 8);

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(lostInAll(counters(life))).toBe(0);
    await life.stop();
  });

  test('fills a gap although the queue is full of events that wait for it', async () => {
    const bench = openBench({ limits: { queueMax: 6, reorderMs: 1_000 }, pageSize: 2 });
    const life = await bench.begin();
    bench.state.shown = (page) => page.filter(({ sequence }) => sequence !== 1);
    happenMany(bench, 40);

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(lostInAll(counters(life))).toBe(0);
    await life.stop();
  });

  test('gives the oldest missing numbers up when there are too many holes, counted', async () => {
    const bench = openBench({ limits: { holesMax: 2, reorderMs: 60_000 }, pageSize: 20 });
    const life = await bench.begin();
    bench.state.shown = (page) => page.filter(({ sequence }) => (sequence ?? 0) % 2 === 0);
    happenMany(bench, 10);

    await bench.until(() => counters(life).received === 5);

    expect(counters(life).lost.missing).toBe(3);
    await life.stop();
  });

  test('gives a window up that the source cannot give, and says so', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.state.tap = ({ call }) => {
      if (call === 'backfill') throw coded('SW_SERVER_FAILED');
    };
    bench.state.shown = (page) => page.filter(({ sequence }) => sequence !== 1);
    happenMany(bench, 3);

    await bench.quiet(life);

    expect(bench.raised).toHaveLength(2);
    expect(counters(life)).toMatchObject({ lost: { missing: 1 }, gaps: { found: 1, filled: 0, unfilled: 1 } });
    await life.stop();
  });

  test('a source that is away is no reason to give a window up', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.state.shown = (page) => page.filter(({ sequence }) => sequence !== 1);
    happenMany(bench, 3);
    await bench.until(() => life.relay.status().windows === 1 || counters(life).gaps.filled > 0);
    bench.state.tap = ({ call }) => {
      if (call === 'backfill' || call === 'events') throw coded('SW_SESSION_LOST');
    };
    happenMany(bench, 3);
    await bench.clock.advance(600_000);
    bench.state.tap = () => {};

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(counters(life).gaps.unfilled).toBe(0);
    await life.stop();
  });
});

describe('a target', () => {
  test('whose answer is lost after the raise is asked, and nothing is raised twice', async () => {
    const bench = openBench();
    const life = await bench.begin();
    let losses = 0;
    bench.state.tap = ({ call, when }) => {
      if (call === 'raise' && when === 'after' && losses++ < 3) throw coded('SW_TIMEOUT');
    };
    happenMany(bench, 6);

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(counters(life)).toMatchObject({ raised: 6, foundRaised: 3, duplicates: 0 });
    await life.stop();
  });

  test('that cannot tell gets it again, and the possible duplicate is counted', async () => {
    const bench = openBench({ tells: [] });
    const life = await bench.begin();
    let losses = 0;
    bench.state.tap = ({ call, when }) => {
      if (call === 'raise' && when === 'after' && losses++ < 1) throw coded('SW_UNREACHABLE');
    };
    bench.happen('d0');

    await bench.quiet(life);

    expect(ids(bench)).toEqual(['one-1', 'one-1']);
    expect(counters(life)).toMatchObject({ raised: 1, duplicates: 1 });
    await life.stop();
  });

  test('that tells custom events only gets a native one again', async () => {
    const bench = openBench({ tells: ['custom'] });
    const life = await bench.begin();
    let losses = 0;
    bench.state.tap = ({ call, when }) => {
      if (call === 'raise' && when === 'after' && losses++ < 2) throw coded('SW_UNREACHABLE');
    };
    bench.happen('d0', 'forced');
    bench.happen('d1', 'opened');

    await bench.quiet(life);

    expect(ids(bench).sort()).toEqual(['one-1', 'one-1', 'one-2']);
    expect(counters(life)).toMatchObject({ raised: 2, duplicates: 1, foundRaised: 1 });
    await life.stop();
  });

  test('that answers late is not asked before it has settled', async () => {
    const bench = openBench({ limits: { settleMs: 5_000 } });
    const life = await bench.begin();
    const event = bench.happen('d0');
    let late = true;
    bench.state.tap = ({ call, when }) => {
      if (call !== 'raise' || when !== 'before' || !late) return;
      late = false;
      // The request was given up by us and is carried out by the target three seconds later.
      bench.clock.schedule(3_000, () => {
        const raisedAt = bench.clock.now();
        const name = { kind: 'custom' as const, id: 1 };
        bench.raised.push({ id: event.id, name, entity: 'id:d0', at: event.at, text: '', raisedAt });
      });
      throw coded('SW_TIMEOUT');
    };

    await bench.quiet(life);

    expect(ids(bench)).toEqual([event.id]);
    expect(counters(life)).toMatchObject({ raised: 1, foundRaised: 1, duplicates: 0 });
    await life.stop();
  });

  test('that is away stops the reading once the queue is full, and gets everything when it is back', async () => {
    const bench = openBench({ limits: { queueMax: 10 } });
    const life = await bench.begin();
    let away = true;
    bench.state.tap = ({ call }) => {
      if (away && (call === 'raise' || call === 'recent')) throw coded('SW_LICENCE');
    };
    happenMany(bench, 60);
    await bench.clock.advance(60_000);
    const waiting = life.relay.status().waiting;
    expect(life.relay.status().target).toMatchObject({ code: 'SW_LICENCE' });
    away = false;

    await bench.quiet(life);

    expect(waiting).toBeLessThanOrEqual(15);
    expect(ids(bench).sort()).toEqual(all(bench).sort());
    expect(lostInAll(counters(life))).toBe(0);
    await life.stop();
  });

  test('that refuses an event is offered it a few times; then it is lost, and the next one goes', async () => {
    const bench = openBench({ limits: { refusedTriesMax: 3, retryMsMax: 400 } });
    const life = await bench.begin();
    let offers = 0;
    const bad = bench.happen('d0');
    bench.happen('d0');
    bench.state.tap = ({ call, when }) => {
      if (call === 'raise' && when === 'before' && bench.raised.length === 0 && offers < 3) {
        offers += 1;
        throw coded('SW_REFUSED');
      }
    };

    await bench.quiet(life);

    expect(ids(bench)).not.toContain(bad.id);
    expect(counters(life)).toMatchObject({ raised: 1, lost: { refused: 1 } });
    await life.stop();
  });

  test('never sees two events of one entity at once, nor more than the bound', async () => {
    const bench = openBench({ limits: { concurrency: 2 }, pageSize: 50 });
    const life = await bench.begin();
    let running = 0;
    let most = 0;
    bench.state.tap = async ({ call, when }) => {
      if (call !== 'raise') return;
      running += when === 'before' ? 1 : -1;
      most = Math.max(most, running);
      if (when === 'before') await settle();
    };
    for (let at = 0; at < 20; at += 1) bench.happen(`d${at % 5}`);

    await bench.quiet(life);

    expect(most).toBe(2);
    for (let door = 0; door < 5; door += 1)
      expect(bench.raisedOn(`d${door}`)).toEqual(all(bench).filter((_, at) => at % 5 === door));
    await life.stop();
  });
});

describe('an entity', () => {
  test('that does not exist yet makes its events wait, in order, and nobody else', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.missing.add('d0');
    const early = [bench.happen('d0'), bench.happen('d0')];
    const other = bench.happen('d1');
    await bench.until(() => bench.raised.length === 1 && life.relay.status().waitingForEntity > 0);
    const before = ids(bench);

    bench.missing.delete('d0');
    life.relay.entitiesChanged();
    await bench.quiet(life);

    expect(before).toEqual([other.id]);
    expect(bench.raisedOn('d0')).toEqual(early.map(({ id }) => id));
    await life.stop();
  });

  test('that an event only mentions must exist, too', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.missing.add('p1');
    bench.happen('d0', 'opened', ['p1']);
    await bench.until(() => life.relay.status().waitingForEntity === 1);

    bench.missing.delete('p1');
    await bench.until(() => bench.raised.length === 1);

    expect(bench.raised[0]?.entity).toBe('id:d0');
    await life.stop();
  });

  test('that vanishes between the look and the raise makes the event wait again', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.happen('d0');
    bench.state.tap = ({ call, when }) => {
      if (call === 'raise' && when === 'before') bench.missing.add('d0');
    };
    await bench.until(() => life.relay.status().waitingForEntity === 1);
    bench.state.tap = () => {};
    bench.missing.delete('d0');

    await bench.until(() => life.relay.status().waiting === 0);

    expect(counters(life)).toMatchObject({ raised: 1, duplicates: 0 });
    expect(bench.raised).toHaveLength(1);
    await life.stop();
  });

  test('that never comes costs its events after the age, counted', async () => {
    const bench = openBench({ limits: { missingAgeMsMax: 10_000 } });
    const life = await bench.begin();
    bench.missing.add('d0');
    bench.happen('d0');
    await bench.clock.advance(5_000);
    const before = counters(life).lost.entityMissing;

    await bench.clock.advance(10_000);

    expect([before, counters(life).lost.entityMissing, life.relay.status().waiting]).toEqual([0, 1, 0]);
    await life.stop();
  });

  test('that never comes costs the oldest when the queue is full, counted, and reading goes on', async () => {
    const bench = openBench({ limits: { queueMax: 8 }, pageSize: 4 });
    const life = await bench.begin();
    bench.missing.add('d0');
    for (let at = 0; at < 30; at += 1) bench.happen('d0');
    const seen = bench.happen('d1');

    await bench.until(() => bench.raised.length === 1);

    const { waiting, counters: now } = life.relay.status();
    expect(ids(bench)).toEqual([seen.id]);
    expect(waiting).toBeLessThanOrEqual(12);
    expect(now.accepted).toBe(now.raised + now.lost.queueFull + waiting);
    expect(now.lost.queueFull).toBeGreaterThan(0);
    await life.stop();
  });
});

describe('the mapping', () => {
  test('drops what has no rule or no entity, by name', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.happen('d0', 'unheard-of');
    bench.happen('d0', 'opened');
    bench.events.push({ id: 'one-3', sequence: 3, at: bench.clock.now(), kind: 'opened', entities: [], value: {} });

    await bench.quiet(life);

    expect(counters(life)).toMatchObject({
      received: 3,
      accepted: 1,
      dropped: 2,
      droppedByKind: { 'unheard-of: no rule': 1, 'opened: no entity': 1 },
    });
    await life.stop();
  });
});

describe('the relay itself', () => {
  test('stopped in mid-raise leaves the intent, and the next one asks before it raises', async () => {
    const bench = openBench();
    const life = await bench.begin();
    let isIn = false;
    bench.state.tap = ({ call, when }) => {
      if (call !== 'raise' || when !== 'after') return undefined;
      isIn = true;
      return new Promise(() => {});
    };
    bench.happen('d0');
    await bench.until(() => isIn);
    await life.kill();
    bench.state.tap = () => {};

    const next = await bench.start();
    await bench.quiet(next);

    expect(ids(bench)).toEqual(['one-1']);
    expect(counters(next)).toMatchObject({ raised: 1, foundRaised: 1, duplicates: 0 });
    await next.stop();
  });

  test('ends with the error of its store, and the next one goes on from the last commit', async () => {
    const bench = openBench();
    const life = await bench.begin();
    bench.state.tap = ({ call, when }) => {
      if (call === 'commit' && when === 'before') throw coded('SW_STORE_FAILED');
    };
    happenMany(bench, 3);
    await bench.until(() => life.failure() !== null);
    bench.state.tap = () => {};

    const next = await bench.start();
    await bench.quiet(next);

    expect(life.failure()).toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(ids(bench).sort()).toEqual(all(bench).sort());
    await next.stop();
  });

  test('waits longer with each failure of the source, and says what fails', async () => {
    const bench = openBench({ limits: { retryMsMin: 1_000, retryMsMax: 60_000 } });
    const life = await bench.begin();
    let asked = 0;
    bench.state.tap = ({ call, when }) => {
      if (call !== 'events' || when !== 'before') return;
      asked += 1;
      throw coded('SW_UNREACHABLE');
    };

    await bench.clock.advance(120_000);

    expect(life.relay.status().source).toMatchObject({ code: 'SW_UNREACHABLE' });
    expect(asked).toBeLessThanOrEqual(9);
    await life.stop();
  });
});
