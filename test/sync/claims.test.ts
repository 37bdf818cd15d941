/** Pages are applied side by side: nobody may work on the same name at once, and nobody may wait for ever. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';

/** Answers whether a promise has settled once everything that can happen by itself has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return settled;
}

/** Resolves once the names are held, with what ends that. */
function hold(claims: Claims, names: readonly string[], only?: readonly string[]): Promise<() => Promise<void>> {
  return new Promise((held) => {
    let end = (): void => {};
    const ended = claims.during(
      names,
      () => {
        held(async () => {
          end();
          await ended;
        });
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      only,
    );
  });
}

describe('claims', () => {
  test('whoever comes later waits for all who hold one of its names', async () => {
    const claims = new Claims();
    const [endA, endB] = [await hold(claims, ['a']), await hold(claims, ['b'])];

    const both = hold(claims, ['a', 'b', 'c']);

    expect(await isSettled(both)).toBe(false);
    await endA();
    expect(await isSettled(both)).toBe(false);
    await endB();
    await (await both)();
    expect(claims.size).toBe(0);
  });

  test('names that nobody holds are had at once', async () => {
    const claims = new Claims();
    await hold(claims, ['a']);

    expect(await isSettled(hold(claims, ['b']))).toBe(true);
  });

  test('a name that is only read is waited for, and not claimed', async () => {
    const claims = new Claims();
    const end = await hold(claims, ['group']);

    const reader = hold(claims, ['person'], ['group']);

    expect(await isSettled(reader)).toBe(false);
    await end();
    await reader;
    expect(claims.has('group')).toBe(false);
    expect(await isSettled(hold(claims, ['group']))).toBe(true);
  });

  test('the end of an early claim does not free the name from under a later one', async () => {
    const claims = new Claims();
    const endFirst = await hold(claims, ['a']);
    const second = hold(claims, ['a']);

    await endFirst();
    await second;

    expect(claims.has('a')).toBe(true);
    expect(await isSettled(hold(claims, ['a']))).toBe(false);
  });

  test('a name that is listed twice is no obstacle to its own holder', async () => {
    const claims = new Claims();

    await (await hold(claims, ['a', 'a'], ['a']))();

    expect(claims.size).toBe(0);
  });

  test('work that fails is thrown, and keeps no name', async () => {
    const claims = new Claims();
    const failing = claims.during(['a'], () => Promise.reject(new Error('The disk is full.')));

    await expect(failing).rejects.toThrow('The disk is full.');
    expect(claims.size).toBe(0);
  });

  test('any overlapping claims all get their turn, one at a time on each name, in the order in which they came', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const wish = fc.record({ names: fc.uniqueArray(name, { minLength: 1 }), only: fc.uniqueArray(name) });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(wish, { maxLength: 8 }), async (scheduler, wishes) => {
        const claims = new Claims();
        const working = new Map<string, number>();
        const turns = new Map<string, number[]>();

        const work = wishes.map(async ({ names, only }, at) => {
          const end = await hold(claims, names, only);
          for (const one of names) {
            expect(working.get(one)).toBeUndefined();
            working.set(one, at);
            turns.set(one, [...(turns.get(one) ?? []), at]);
          }
          await scheduler.schedule(Promise.resolve(), `work of ${at}`);
          for (const one of names) working.delete(one);
          await end();
        });
        await scheduler.waitFor(Promise.all(work));

        expect(claims.size).toBe(0);
        for (const order of turns.values()) expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });
});
