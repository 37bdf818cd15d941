import { createMemoryIndex } from '../../../src/sync/index/memory-index.ts';
import { entityIndexContract } from '../entity-index.contract.ts';

entityIndexContract('the index in memory', async () => {
  const index = createMemoryIndex();
  return { index, reopen: async () => index, dispose: async () => {} };
});
