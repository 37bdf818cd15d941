/** Many timers of many instances under a clock that people set and machines that sleep. */
import { describe, expect, test } from 'vitest';
import { Timers } from '../../src/runtime/embedded/timers.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const hour = 3_600_000;

/** Timers on a virtual clock, with what fired and how long after the beginning, by the clock that never jumps. */
function begun() {
  const clock = new VirtualClock();
  const fired: { readonly name: string; readonly afterMs: number }[] = [];
  const timers = new Timers(clock, (key, token) => {
    fired.push({ name: `${key}/${token}`, afterMs: clock.monotonic() });
  });
  /** Sets a timer of the instance `key`, `ms` ahead by the clock on the wall. */
  const set = (key: string, ms: number, token = '1.0') => timers.set(key, token, clock.now() + ms);
  const names = () => fired.map(({ name }) => name);
  return { clock, timers, fired, names, set };
}

describe('timers', () => {
  test('fire once each, when they are due, the soonest first', async () => {
    const { clock, fired, set } = begun();
    set('late', 3_000);
    set('soon', 1_000);
    set('middle', 2_000);

    await clock.advance(10 * hour);

    expect(fired).toEqual([
      { name: 'soon/1.0', afterMs: 1_000 },
      { name: 'middle/1.0', afterMs: 2_000 },
      { name: 'late/1.0', afterMs: 3_000 },
    ]);
  });

  test('that are due together fire in the order in which they were set', async () => {
    const { clock, names, set } = begun();
    const keys = Array.from({ length: 50 }, (_, n) => `k${(n * 37) % 50}`);
    for (const key of keys) set(key, 1_000);

    await clock.advance(1_000);

    expect(names()).toEqual(keys.map((key) => `${key}/1.0`));
  });

  test('far ahead wait for their time, however long a single sleep may be', async () => {
    const { clock, fired, set } = begun();
    set('a', 60 * 24 * hour);

    await clock.advance(60 * 24 * hour - 1);
    expect(fired).toEqual([]);
    await clock.advance(1);

    expect(fired).toEqual([{ name: 'a/1.0', afterMs: 60 * 24 * hour }]);
  });

  test('that were cancelled do not fire, and the one that was set instead does', async () => {
    const { clock, timers, fired, set } = begun();
    set('a', 1_000, '1.0');
    timers.cancel('a', '1.0');
    set('a', 2_000, '2.0');
    timers.cancel('b', 'never set');

    await clock.advance(hour);

    expect(fired).toEqual([{ name: 'a/2.0', afterMs: 2_000 }]);
  });

  test('cancelled by the thousand leave nothing behind', async () => {
    const { clock, timers, names, set } = begun();
    for (let n = 0; n < 5_000; n++) {
      set('a', hour + n, `${n}.0`);
      if (n > 0) timers.cancel('a', `${n - 1}.0`);
    }

    await clock.advance(2 * hour);

    expect(names()).toEqual(['a/4999.0']);
  });

  test('after closing nothing fires, and nothing is scheduled', async () => {
    const { clock, timers, fired, set } = begun();
    set('a', 1_000);

    timers.close();
    set('b', 1_000);

    expect(clock.nextDueAt).toBeNull();
    await clock.advance(hour);
    expect(fired).toEqual([]);
  });

  test('closed by one of them, the others of that moment do not fire', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const timers: Timers = new Timers(clock, (key) => {
      fired.push(key);
      timers.close();
    });
    for (const key of ['a', 'b', 'c']) timers.set(key, '1.0', clock.now());

    await clock.advance(1_000);

    expect(fired).toEqual(['a']);
  });
});

describe('thousands of timers that are overdue at boot', () => {
  /** Ten thousand, set in an order that has nothing to do with their deadlines, all of them past. */
  const overdue = Array.from({ length: 10_000 }, (_, n) => (n * 7_919) % 10_000);

  test('fire once each, in due order', async () => {
    const { clock, timers, names } = begun();
    for (const n of overdue) timers.set(`k${n}`, '1.0', clock.now() - 10_000 + n);

    await clock.advance(0);

    expect(names()).toEqual(Array.from({ length: 10_000 }, (_, n) => `k${n}/1.0`));
  });

  test('let others run in between', async () => {
    const { clock, timers, fired } = begun();
    for (const n of overdue) timers.set(`k${n}`, '1.0', clock.now() - 10_000 + n);
    const seen: number[] = [];
    const look = () => {
      seen.push(fired.length);
      if (fired.length < 10_000) clock.schedule(0, look);
    };
    clock.schedule(0, look);

    await clock.advance(0);

    expect(seen.length).toBeGreaterThan(20);
    expect(fired).toHaveLength(10_000);
  });

  test('cancelled by an earlier one of the same round, a later one does not fire', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const timers: Timers = new Timers(clock, (key) => {
      fired.push(key);
      timers.cancel('b', '1.0');
    });
    for (const key of ['a', 'b', 'c']) timers.set(key, '1.0', clock.now() - 1_000);

    await clock.advance(0);

    expect(fired).toEqual(['a', 'c']);
  });
});

describe('a clock that jumps', () => {
  test('forward: what is past by it fires within a minute', async () => {
    const { clock, fired, set } = begun();
    set('a', 2 * hour);
    set('b', 5 * hour);

    clock.jump(3 * hour);
    await clock.advance(60_000);

    expect(fired.map(({ name }) => name)).toEqual(['a/1.0']);
    await clock.advance(2 * hour);
    expect(fired.at(-1)).toMatchObject({ name: 'b/1.0' });
  });

  test('forward: what is a length of time lasts as long as it was asked to', async () => {
    const { clock, timers, fired, set } = begun();
    const lasting = (key: string, ms: number) => timers.set(key, '1.0', clock.now() + ms, true);
    lasting('length', 100_000);
    set('deadline', 100_000);
    await clock.advance(10_000);
    clock.jump(-hour);
    await clock.advance(10_000);

    clock.jump(3 * hour); // one hour puts the mistake right, two are too many
    lasting('later', 30_000);
    await clock.advance(hour);

    expect(fired).toEqual([
      { name: 'deadline/1.0', afterMs: 20_000 },
      { name: 'later/1.0', afterMs: 50_000 },
      { name: 'length/1.0', afterMs: 100_000 },
    ]);
  });

  test('forward while the machine slept: the same, and each fires once', async () => {
    const { clock, names, set } = begun();
    for (const key of ['a', 'b', 'c']) set(key, hour);

    clock.jump(12 * hour); // a machine that sleeps: the clock on the wall went on, the other one stood still
    await clock.advance(60_000);
    await clock.advance(24 * hour);

    expect(names()).toEqual(['a/1.0', 'b/1.0', 'c/1.0']);
  });

  test('back: a delay of ten seconds lasts ten seconds, not an hour and ten seconds', async () => {
    const { clock, fired, set } = begun();
    set('a', 10_000);

    await clock.advance(4_000);
    clock.jump(-hour);
    await clock.advance(6_000);

    expect(fired).toEqual([{ name: 'a/1.0', afterMs: 10_000 }]);
  });

  test('back again and again: every delay lasts as long as it was asked to', async () => {
    const { clock, fired, set } = begun();
    set('a', 100_000);
    await clock.advance(30_000);
    clock.jump(-hour);
    set('b', 50_000);
    await clock.advance(30_000);
    clock.jump(-2 * hour);
    set('c', 5_000);

    await clock.advance(60_000);

    expect(fired).toEqual([
      { name: 'c/1.0', afterMs: 65_000 },
      { name: 'b/1.0', afterMs: 80_000 },
      { name: 'a/1.0', afterMs: 100_000 },
    ]);
  });

  test('back and forward again, as when a mistake is put right: nothing fires early', async () => {
    const { clock, fired, set } = begun();
    set('a', 2 * hour);
    clock.jump(-hour);
    await clock.advance(10 * 60_000);
    set('b', hour);

    clock.jump(hour);
    await clock.advance(3 * hour);

    expect(fired).toEqual([
      { name: 'b/1.0', afterMs: hour + 10 * 60_000 },
      { name: 'a/1.0', afterMs: 2 * hour },
    ]);
  });

  test('a little, as time servers make it, moves nothing', async () => {
    const { clock, fired, set } = begun();
    set('a', 10_000);
    clock.jump(-200);
    await clock.advance(10_200);

    expect(fired).toEqual([{ name: 'a/1.0', afterMs: 10_200 }]);
  });
});
