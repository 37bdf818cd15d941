/** What the proof of a million entities costs, against reading both sides alone. */
import { invariant } from '../../src/core/errors.ts';
import type { Case } from '../harness/case.ts';
import { openBenchSite } from './bench-site.ts';
import { measuredRun } from './measured-run.ts';
import { recordNothing, replay, timesOf } from './recorded-requests.ts';

/** They make a little more than a million entities: most have a credential, and there are doors and groups besides. */
const people = 520_000;

export const proof: Case = async ({ directory, quick, tell }) => {
  const site = await openBenchSite(quick ? 500 : people);
  await measuredRun(site, directory, 'full', recordNothing());

  const { recording, result } = await measuredRun(site, directory, 'delta');
  invariant(result.proof?.equal === true, 'both sides are proven equal');
  const proving = 'proving';
  const [ms, floor] = [timesOf(recording), await replay(recording, site)];
  tell('proof', (ms.get(proving) ?? 0) / 1000, 's', {
    against: 'reading both sides',
    base: (floor.get(proving) ?? 0) / 1000,
  });
  await site.close();
};
