/**
 * One of several processes that want the same component: takes it as often as it is told, and each time notes in a shared
 * file that it is inside and that it is out again.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { nodeComponentFiles } from '../../src/remedies/component-files.ts';
import { createComponentLock, withComponent } from '../../src/remedies/component-lock.ts';

const [directory, log, times] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, callback) {
    // Looks again at once: the more they race, the better.
    const timer = setTimeout(callback, Math.min(ms, 1));
    return () => clearTimeout(timer);
  },
};
const options = { files: nodeComponentFiles, directory, newId: randomUUID, clock, issuer: 'shared' };
const lock = createComponentLock(options);
const holder = `process ${process.pid}`;

// Renewals race along: with this clock they come a thousand times too often.
for (let i = 0; i < Number(times); ) {
  try {
    await withComponent(
      lock,
      { component: 'proxy', fencingToken: 1, holder, expiresAfterMs: 60_000, waitMs: 120_000 },
      async () => {
        appendFileSync(log, `in ${process.pid}\n`);
        await new Promise((resolve) => setImmediate(resolve));
        appendFileSync(log, `out ${process.pid}\n`);
      },
    );
    i++;
  } catch (error) {
    if (error.code !== 'SW_NOT_NOW') throw error;
  }
}
