import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitmap, partBytes } from '../../../src/sync/index/bitmap.ts';

/** Numbers near each other, and numbers on both sides of the border of a part. */
const number = fc.oneof(
  fc.nat(40),
  fc.nat(40).map((n) => partBytes * 8 - 20 + n),
  fc.nat(3 * partBytes * 8),
);
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('add' as const), n: number }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('delete' as const), n: number }) },
  { weight: 1, arbitrary: fc.constant({ what: 'clear' as const }) },
  { weight: 2, arbitrary: fc.constant({ what: 'save' as const }) },
);

/** The parts on a disk: what was saved, as an index keeps it. */
class Disk {
  readonly #parts = new Map<number, Uint8Array>();

  save(set: Bitmap): void {
    for (const { part, bytes } of set.changes()) this.#parts.set(part, Uint8Array.from(bytes));
    set.saved();
  }

  load(): Bitmap {
    const set = new Bitmap();
    for (const [part, bytes] of this.#parts) set.load(part, bytes);
    set.saved();
    return set;
  }
}

function expectSame(set: Bitmap, model: ReadonlySet<number>, asked: readonly number[]): void {
  expect(set.count).toBe(model.size);
  for (const n of asked) expect({ n, has: set.has(n) }).toEqual({ n, has: model.has(n) });
}

describe('a bitmap', () => {
  test('holds what a set of numbers holds, before and after it was saved and loaded', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const [set, model, disk] = [new Bitmap(), new Set<number>(), new Disk()];
        const asked = commands.flatMap((one) => ('n' in one ? [one.n, one.n + 1] : []));

        for (const one of commands) {
          if (one.what === 'add') {
            expect(set.add(one.n)).toBe(!model.has(one.n));
            model.add(one.n);
          } else if (one.what === 'delete') {
            set.delete(one.n);
            model.delete(one.n);
          } else if (one.what === 'clear') {
            set.clear();
            model.clear();
          } else disk.save(set);
        }

        expectSame(set, model, asked);
        disk.save(set);
        expectSame(disk.load(), model, asked);
      }),
    );
  });

  test('counts what it has and another one has not', () => {
    fc.assert(
      fc.property(fc.array(number), fc.array(number), (some, others) => {
        const [set, other] = [new Bitmap(), new Bitmap()];
        for (const n of some) set.add(n);
        for (const n of others) other.add(n);

        const count = set.countWithout(other);

        expect(count).toBe(new Set(some.filter((n) => !others.includes(n))).size);
      }),
    );
  });

  test('has nothing to save after it was saved, and only the part that changed then', () => {
    const set = new Bitmap();
    set.add(0);
    set.add(partBytes * 8);
    set.saved();

    set.add(partBytes * 8 + 1);
    set.add(0);

    expect(set.changes().map(({ part }) => part)).toEqual([1]);
  });

  test('a number that was added and deleted again is not on the disk', () => {
    const [set, disk] = [new Bitmap(), new Disk()];
    set.add(9);
    disk.save(set);
    set.delete(9);
    disk.save(set);

    expect(disk.load().has(9)).toBe(false);
  });

  test.each([-1, 0.5, Number.NaN])('refuses %d, which is no number of a row', (n) => {
    expect(() => new Bitmap().add(n)).toThrow('a number of a row');
  });
});
