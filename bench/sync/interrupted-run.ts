/** How many requests a run costs that is killed half-way and resumed, against one that is not interrupted. */
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { sipassToSecurityCenter } from '../../src/sync/mappings/sipass-to-security-center.ts';
import { synchronize } from '../../src/sync/run.ts';
import type { Case } from '../harness/case.ts';
import { type BenchSite, concurrency, openBenchSite } from './bench-site.ts';
import { measuredRun } from './measured-run.ts';
import { record } from './recorded-requests.ts';

export const interruptedRun: Case = async ({ directory, quick, tell }) => {
  const cardholders = quick ? 1_000 : 100_000;
  const whole = await openBenchSite(cardholders);
  const uninterrupted = (await measuredRun(whole, join(directory, 'whole'), 'full')).recording.requests;
  await whole.close();

  const site = await openBenchSite(cardholders);
  const first = await untilHalf(site, join(directory, 'cut'), cardholders);
  const rest = await measuredRun(site, join(directory, 'cut'), 'full');
  invariant(rest.result.resumed, 'the second run goes on from the checkpoint of the first');
  await site.close();
  tell('killed-and-resumed-requests', first + rest.recording.requests, 'requests', {
    against: 'the uninterrupted run',
    base: uninterrupted,
  });
};

/** Runs until half of the cardholders are over, then drops everything; answers how many requests that took. */
async function untilHalf(site: BenchSite, directory: string, cardholders: number): Promise<number> {
  const index = openLmdbIndex({ folder: join(directory, 'index') });
  const { source, target } = site.open();
  const recorder = record(site);
  const stop = new AbortController();
  await synchronize({
    runId: 'cut',
    mode: 'full',
    source,
    target,
    mapping: sipassToSecurityCenter,
    index,
    clock: systemClock,
    signal: stop.signal,
    limits: { pageConcurrency: concurrency, readConcurrency: concurrency },
    report: (report) => {
      if (report.kind === 'progress' && report.type === 'cardholder' && report.done >= cardholders / 2) stop.abort();
    },
  }).catch(() => {});
  const { requests } = recorder.stop();
  invariant(stop.signal.aborted, 'the run was cut');
  await Promise.all([source.close(), target.close()]);
  await index.close();
  return requests;
}
