/** A first full run, one in which nothing has changed, and one in which little has, against the same requests alone. */
import { invariant } from '../../src/core/errors.ts';
import type { Case, CaseOptions } from '../harness/case.ts';
import { openBenchSite } from './bench-site.ts';
import { changePeople } from './change-people.ts';
import { type Measured, measuredRun } from './measured-run.ts';
import { type PhaseTimes, replay, sumOf, timesOf } from './recorded-requests.ts';

export const fullRun: Case = async ({ directory, quick, tell }) => {
  const cardholders = quick ? 500 : 100_000;
  const site = await openBenchSite(cardholders);
  const first = await measuredRun(site, directory, 'full');
  const second = await openBenchSite(cardholders);
  tellRun(tell, 'first-full', first, await replay(first.recording, second));
  await second.close();

  const unchanged = await measuredRun(site, directory, 'delta');
  tellRun(tell, 'unchanged', unchanged, await replay(unchanged.recording, site));

  const count = Math.ceil(cardholders / 100);
  await changePeople(site, count);
  const changed = await measuredRun(site, directory, 'delta');
  invariant(changed.result.written.updated >= count, `the run writes the ${count} changes`);
  tell('one-percent-changed', changed.ms / 1000, 's', { against: 'nothing changed', base: unchanged.ms / 1000 });
  await site.close();
};

/** The whole run, and its longest phase, against the same requests alone. */
function tellRun(tell: CaseOptions['tell'], metric: string, run: Measured, floor: PhaseTimes): void {
  const against = 'the same requests alone';
  const perSecond = (ms: number) => (run.entities * 1000) / ms;
  tell(`${metric}-requests`, run.recording.requests, 'requests');
  tell(metric, perSecond(run.ms), 'entities/s', { against, base: perSecond(sumOf(floor)) });
  const ms = timesOf(run.recording).get('transferring') ?? 0;
  tell(`${metric}-transferring`, ms / 1000, 's', { against, base: (floor.get('transferring') ?? 0) / 1000 });
}
