import { describe, expect, test } from 'vitest';
import { createMemoryStore, type MemoryImage, type MemoryStore } from '../../src/store/memory-store.ts';
import { entriesOf, entryOf, pastOf } from './fixtures.ts';
import { describeStore } from './store.contract.ts';

describeStore('the memory store', () => {
  let image: MemoryImage | undefined;
  let store: MemoryStore | undefined;
  let flushes = 0;
  let gate: Promise<void> | null = null;
  let fails = false;
  return {
    open: async () => {
      fails = false;
      gate = null;
      store = createMemoryStore(image, {
        flush: async () => {
          flushes += 1;
          await gate;
          if (fails) throw new Error('EIO');
        },
      });
      image = store.image();
      return store;
    },
    crash: () => void store?.crash(),
    holdFlushes: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    failFlushes: () => {
      fails = true;
    },
    flushes: () => flushes,
  };
});

describe('a crash of the memory store', () => {
  const never = () => new Promise<void>(() => {});

  test('may come after the device has a part of what was not acknowledged', async () => {
    const store = createMemoryStore(undefined, { flush: never });
    const append = store.append(entriesOf(1, 3));
    append.catch(() => {}); // refused by the crash
    await Promise.resolve();

    const image = store.crash({ unacknowledgedKept: 2 });

    await expect(append).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(createMemoryStore(image).recovered.lastSeq).toBe(2);
  });

  test('a flush that ends after the crash changes nothing for the next store', async () => {
    let finish = () => {};
    const flush = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const old = createMemoryStore(undefined, { flush });
    old.append([entryOf(1, 'old')]).catch(() => {}); // refused by the crash
    await Promise.resolve();
    const next = createMemoryStore(old.crash());
    await next.append([entryOf(1, 'new')]);

    finish();
    await new Promise((resolve) => setImmediate(resolve));
    await old.close();

    expect((await next.history({ limit: 9 })).map(({ key }) => key)).toEqual(['new']);
    expect(() => createMemoryStore(next.image())).toThrow('the one with epoch 2');
  });

  test('history is bounded', async () => {
    const store = createMemoryStore(undefined, { historyEntriesMax: 10 });
    for (const entry of entriesOf(1, 50)) await store.append([entry]);

    const before = await store.history({ limit: 100 });
    await store.checkpoint();
    const after = await store.history({ limit: 100 });

    expect(before.length).toBeLessThanOrEqual(20);
    expect(after).toEqual(pastOf(entriesOf(1, 50)).slice(40));
  });
});
