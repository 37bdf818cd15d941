/** A first full run, one in which nothing has changed, and one in which little has, against the same requests alone. */
import { invariant } from '../../src/core/errors.ts';
import type { Mode } from '../../src/sync/run-result.ts';
import type { Case, CaseOptions } from '../harness/case.ts';
import { withProcessorTime } from '../harness/processor.ts';
import { type BenchSite, openBenchSite } from './bench-site.ts';
import { changePeople } from './change-people.ts';
import { type Measured, measuredRun } from './measured-run.ts';
import { type PhaseTimes, replay, sumOf, timesOf } from './recorded-requests.ts';

export const fullRun: Case = async ({ directory, quick, tell }) => {
  const cardholders = quick ? 500 : 100_000;
  const [site, other] = [await openBenchSite(cardholders), await openBenchSite(cardholders)];
  const run = (mode: Mode) => measuredRun(site, directory, mode);
  await tellRun(tell, 'first-full', () => run('full'), other);
  await other.close();
  const unchangedMs = await tellRun(tell, 'unchanged', () => run('delta'), site);

  const count = Math.ceil(cardholders / 100);
  await changePeople(site, count);
  const changed = await run('delta');
  invariant(changed.result.written.updated >= count, `the run writes the ${count} changes`);
  tell('one-percent-changed', changed.ms / 1000, 's', { against: 'nothing changed', base: unchangedMs / 1000 });
  await site.close();
};

/**
 * The whole run, its longest phase, and what this process computes for it, against the same requests alone. Answers how
 * many milliseconds the run took; its recording, which is large, is let go.
 */
async function tellRun(
  tell: CaseOptions['tell'],
  metric: string,
  work: () => Promise<Measured>,
  floorSite: BenchSite,
): Promise<number> {
  const against = 'the same requests alone';
  const run = await withProcessorTime(work);
  const { entities, ms, recording } = run.result;
  const floor = await withProcessorTime(() => replay(recording, floorSite));
  const perSecond = (spentMs: number) => (entities * 1000) / spentMs;
  const transferring = (times: PhaseTimes) => (times.get('transferring') ?? 0) / 1000;
  tell(`${metric}-requests`, recording.requests, 'requests');
  tell(metric, perSecond(ms), 'entities/s', { against, base: perSecond(sumOf(floor.result)) });
  tell(`${metric}-transferring`, transferring(timesOf(recording)), 's', { against, base: transferring(floor.result) });
  tell(`${metric}-processor`, run.cpuMs / 1000, 's', { against, base: floor.cpuMs / 1000 });
  return ms;
}
