/** Appends to the store in the given directory until it is killed; prints the number of each entry that is durable. */
import { openEmbeddedStore } from '../../dist/src/store/embedded-store.js';

const [directory] = process.argv.slice(2);
const clock = { now: () => Date.now(), monotonic: () => performance.now(), schedule: () => () => {} };
const limits = { segmentBytesMax: 20_000, checkpointBytes: 30_000, historyBytesMax: 30_000 };
const store = await openEmbeddedStore({ directory, clock, limits });
let seq = store.recovered.lastSeq;
process.stdout.write(`open ${seq}\n`);

async function write() {
  for (;;) {
    const own = ++seq;
    await store.append([
      { seq: own, key: `door-${own % 3}`, at: Date.now(), record: { step: own }, note: { text: 'x'.repeat(own % 97) } },
    ]);
    process.stdout.write(`${own}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, write));
