/** The proof of a large site by full digest, against reading both of its sides. */
import type { Case } from '../harness/case.ts';
import { openBenchSite } from './bench-site.ts';
import { measuredRun, runOnce } from './measured-run.ts';
import { replay, timesOf } from './recorded-requests.ts';

export const proof: Case = async ({ directory, quick, tell }) => {
  // With their credentials a million entities.
  const site = await openBenchSite(quick ? 500 : 520_000);
  await runOnce(site, directory, 'full');
  const { recording, entities } = await measuredRun(site, directory, 'delta');
  const floor = await replay(recording, site);
  await site.close();
  const secondsOf = (times: ReadonlyMap<string, number>) => (times.get('proving') ?? 0) / 1000;
  tell('proof-entities', entities, 'entities');
  tell('proof', secondsOf(timesOf(recording)), 's', { against: 'reading both sides', base: secondsOf(floor) });
};
