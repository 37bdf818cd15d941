/** A process of its own: commits one entry, says so, and waits to be killed. */
import { openLmdbIndex } from '../../../src/sync/index/lmdb-index.ts';

const index = openLmdbIndex({ folder: process.argv[2] ?? '' });
await index.commit({
  putEntries: [{ type: 'card', key: '1', n: 0, id: 'id', hash: 'h', origin: null }],
});
process.stdout.write('committed\n');
setInterval(() => {}, 1000);
