import { describe, expect, test } from 'vitest';
import { isDue, nextTryAt } from '../../src/sync/retry-clock.ts';

const limits = { initialMs: 1000, maxMs: 60_000 };

describe('the clock of a rejected record', () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [6, 32_000],
  ])('waits twice as long after each try: after try %i for %i ms', (tries, pauseMs) => {
    expect(nextTryAt(5, tries, limits)).toBe(5 + pauseMs);
  });

  test.each([7, 31, 1_000_000, Number.MAX_SAFE_INTEGER])(
    'never waits longer than its bound, after %i tries',
    (tries) => {
      expect(nextTryAt(5, tries, limits)).toBe(60_005);
    },
  );

  test.each([
    ['its time has come', { lastAt: 10, nextTryAt: 100 }, 100, true],
    ['its time is still to come', { lastAt: 10, nextTryAt: 100 }, 99, false],
    ['it was tried before the clock was set back', { lastAt: 100, nextTryAt: 200 }, 99, true],
  ])('is due or not: %s', (_, row, now, due) => {
    expect(isDue(row, now)).toBe(due);
  });

  test('a bound below the first pause counts', () => {
    expect(nextTryAt(0, 1, { initialMs: 1000, maxMs: 10 })).toBe(10);
  });

  test('a record that was never tried waits no shorter than after its first try', () => {
    expect(nextTryAt(0, 0, limits)).toBe(1000);
  });
});
