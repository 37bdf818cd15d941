/** A process of its own: one full and one delta run of the given size; prints its peak memory in bytes. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { synchronize } from '../../src/sync/run.ts';
import { generatedSource, generatedTarget, personMapping } from './generated-site.ts';

const [size, folder] = [Number(process.argv[2]), process.argv[3] ?? ''];
let peak = 0;
/** Memory of the process alone. The pages of the index that the system keeps are its cache, given back when needed. */
const look = () => {
  const status = readFileSync('/proc/self/status', 'utf8');
  peak = Math.max(peak, Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
};
const sampling = setInterval(look, 50);

const index = openLmdbIndex({ folder });
for (const mode of ['full', 'delta'] as const) {
  const result = await synchronize({
    runId: mode,
    mode,
    source: generatedSource(size),
    target: generatedTarget(size),
    mapping: personMapping,
    index,
    clock: systemClock,
    signal: new AbortController().signal,
    report: look,
  });
  invariant(result.outcome === 'succeeded', `the ${mode} run succeeds, not ${result.reason}`);
}
look();
clearInterval(sampling);
await index.close();
console.log(JSON.stringify({ peak, maxRss: process.resourceUsage().maxRSS * 1024 }));
