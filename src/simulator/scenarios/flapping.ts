/** The connection flaps: it is cut and comes back, again and again. */
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** No more cuts than these until the product must have named it. */
const cutsMax = 8;

export const flapping: Scenario = {
  name: 'flapping',
  promise:
    'A connection that flaps is named so, nothing is restarted because of it, and once it is calm it ends proven.',
  site: 'patient',
  async play(stage) {
    await stage.untilProven(0);
    const { site } = stage;
    const proxy = site.service('proxy').process;
    const before = { proxy: proxy.pid, plugin: site.pluginHostPid };
    let cuts = 0;
    let named = false;
    while (!named && cuts < cutsMax) {
      cuts += 1;
      named = await cut(stage, cuts);
    }
    stage.expect('the connection is said to be flapping', named, { cuts });
    stage.expect('not from the first cut on', cuts > 1, { cuts });

    const since = stage.now();
    await stage.untilProven(since);

    const remedies = await stage.remedies();
    stage.expect('nothing was restarted', remedies.length === 0, remedies);
    const after = { proxy: proxy.pid, plugin: site.pluginHostPid };
    stage.expect('all processes are those of before', JSON.stringify(before) === JSON.stringify(after), after);
  },
};

/** As long as it takes to be noticed, and no longer. Answers whether the product calls it flapping afterwards. */
async function cut(stage: Stage, count: number): Promise<boolean> {
  await stage.strike(`the proxy refuses connections until that is noticed, for the ${count}. time`, () =>
    stage.site.admin('proxy', 'POST', '/faults', { kind: 'refuse', id: 'flap' }),
  );
  await stage.until('disconnected', ({ connection }) => connection.status === 'disconnected');
  await stage.site.admin('proxy', 'DELETE', '/faults/flap');
  const { connection } = await stage.until('back again', ({ connection: { status } }) => status !== 'disconnected');
  return connection.reason?.code === 'flapping';
}
