/** A first full run, one in which nothing has changed, and one in which little has, against the same requests alone. */
import { invariant } from '../../src/core/errors.ts';
import type { Case, CaseOptions } from '../harness/case.ts';
import { type Used, withProcessorTime } from '../harness/processor.ts';
import { openBenchSite } from './bench-site.ts';
import { changePeople } from './change-people.ts';
import { type Measured, measuredRun } from './measured-run.ts';
import { type PhaseTimes, replay, sumOf, timesOf } from './recorded-requests.ts';

export const fullRun: Case = async ({ directory, quick, tell }) => {
  const cardholders = quick ? 500 : 100_000;
  const site = await openBenchSite(cardholders);
  const first = await withProcessorTime(() => measuredRun(site, directory, 'full'));
  const second = await openBenchSite(cardholders);
  tellRun(tell, 'first-full', first, await withProcessorTime(() => replay(first.result.recording, second)));
  await second.close();

  const unchanged = await withProcessorTime(() => measuredRun(site, directory, 'delta'));
  tellRun(tell, 'unchanged', unchanged, await withProcessorTime(() => replay(unchanged.result.recording, site)));

  const count = Math.ceil(cardholders / 100);
  await changePeople(site, count);
  const changed = await measuredRun(site, directory, 'delta');
  invariant(changed.result.written.updated >= count, `the run writes the ${count} changes`);
  tell('one-percent-changed', changed.ms / 1000, 's', { against: 'nothing changed', base: unchanged.result.ms / 1000 });
  await site.close();
};

/** The whole run, its longest phase, and what this process computes for it, against the same requests alone. */
function tellRun(tell: CaseOptions['tell'], metric: string, run: Used<Measured>, floor: Used<PhaseTimes>): void {
  const against = 'the same requests alone';
  const { entities, ms, recording } = run.result;
  const perSecond = (spentMs: number) => (entities * 1000) / spentMs;
  tell(`${metric}-requests`, recording.requests, 'requests');
  tell(metric, perSecond(ms), 'entities/s', { against, base: perSecond(sumOf(floor.result)) });
  const transferring = (times: PhaseTimes) => (times.get('transferring') ?? 0) / 1000;
  tell(`${metric}-transferring`, transferring(timesOf(recording)), 's', { against, base: transferring(floor.result) });
  tell(`${metric}-processor`, run.cpuMs / 1000, 's', { against, base: floor.cpuMs / 1000 });
}
