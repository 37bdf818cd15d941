import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageOrder } from '../../src/sync/page-order.ts';

describe('the order of pages', () => {
  test('stays where it is while the first page is under way, and then moves over all that have ended', () => {
    const order = new PageOrder<number>();
    const [first, second, third] = [order.begin(1), order.begin(2), order.begin(3)];

    expect([second(), third()]).toEqual([null, null]);
    expect(first()).toBe(3);
  });

  test('the place never moves over a page that has not ended, nor backwards, whatever the order of the ends', () => {
    const pages = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.record({
        ends: fc.shuffledSubarray(Array.from({ length: count }, (_, at) => at)),
        /** How many pages are begun before the first one ends: others begin in between. */
        ahead: fc.integer({ min: 1, max: count }),
        count: fc.constant(count),
      }),
    );
    fc.assert(
      fc.property(pages, ({ ends, ahead, count }) => {
        const order = new PageOrder<number>();
        const end: (() => number | null)[] = [];
        const ended = new Set<number>();
        const begin = () => end.push(order.begin(end.length));
        for (let at = 0; at < ahead; at += 1) begin();
        let place = -1;

        for (const at of ends) {
          while (end.length <= at && end.length < count) begin();
          ended.add(at);
          const moved = end[at]?.() ?? null;
          if (moved === null) continue;
          expect(moved).toBeGreaterThan(place);
          place = moved;
          for (let page = 0; page <= place; page += 1) expect(ended.has(page)).toBe(true);
        }

        if (ended.size === count) expect(place).toBe(count - 1);
      }),
    );
  });
});
