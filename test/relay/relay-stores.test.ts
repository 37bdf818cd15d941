import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { expect, test } from 'vitest';
import { openLmdbRelayStore } from '../../src/relay/lmdb-relay-store.ts';
import { createMemoryRelayStore } from '../../src/relay/relay-store.ts';
import { describeRelayStore } from './relay-store.contract.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'syncwarden-relay-'));

describeRelayStore('the relay store in memory', async () => {
  const store = createMemoryRelayStore();
  return { store, reopen: async () => store, close: async () => {} };
});

describeRelayStore('the relay store on disk', async () => {
  const folder = newFolder();
  let store = openLmdbRelayStore({ folder });
  return {
    store,
    async reopen() {
      await store.close();
      store = openLmdbRelayStore({ folder });
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

test('a damaged state on disk is reported, and not taken for a relay that has never run', async () => {
  const folder = newFolder();
  const root = openLmdb({ path: folder, maxDbs: 4 });
  await root.openDB<unknown, string>({ name: 'meta' }).put('progress', { cursor: 'x' });
  await root.close();
  const store = openLmdbRelayStore({ folder });

  await expect(store.load()).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
