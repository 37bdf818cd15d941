/** Changes people at the source by its back door. */
import { invariant } from '../../src/core/errors.ts';
import type { BenchSite } from './bench-site.ts';

/** Gives `count` people another name. */
export async function changePeople(site: BenchSite, count: number): Promise<void> {
  const answer = await fetch(new URL('/cardholders', site.sourceAdminUrl), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ count }),
  });
  invariant(answer.ok, `the back door of the simulator changes people, not ${answer.status}`);
  await answer.arrayBuffer();
}
