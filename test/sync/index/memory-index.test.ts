import { createMemoryIndex } from '../../../src/sync/index/memory-index.ts';
import { entityIndexContract } from '../entity-index.contract.ts';
import { indexMarksContract } from '../entity-index-marks.contract.ts';

async function open() {
  const index = createMemoryIndex();
  return { index, reopen: async () => index, dispose: async () => {} };
}

entityIndexContract('the index in memory', open);
indexMarksContract('the index in memory', open);
