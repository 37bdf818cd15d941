/** Both proxies of a fleet fall at once: four integrations fail together, and nothing that they share explains it. */
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

export const storm: Scenario = {
  name: 'storm',
  promise:
    'When all integrations fail at once the fleet holds; then one restart of the shared proxy serves all that wait for it, and all end proven.',
  site: 'fleet',
  async play(stage) {
    await stage.untilAllProven(0);
    const { site } = stage;
    const shared = site.service('proxy');
    const own = site.service('annex-proxy');
    const since = stage.now();
    await stage.strike('SIGKILL to both proxies: the one of three integrations, and that of the fourth', () =>
      Promise.all([shared.process.kill('SIGKILL'), own.process.kill('SIGKILL')]),
    );
    await stage.until('the fleet holds all ladders', ({ ladder }) => ladder.waitsFor?.code === 'storm');
    const { storm: seen } = await stage.fleet();
    stage.expect('all four are seen to fail together', seen.among.length === 4, seen);
    await stage.untilAllProven(since);

    // By their own clocks: a look at the counts would tell of one moment only.
    const restartedAt = [shared, own].map(({ process }) => process.startedAt ?? 0);
    const heldUntil = seen.until ?? Number.POSITIVE_INFINITY;
    stage.expect('nothing was restarted while the fleet held', Math.min(...restartedAt) >= heldUntil, {
      heldUntil,
      restartedAt,
    });
    const counted = { shared: shared.restartKeys.length, own: own.restartKeys.length };
    stage.expect('the shared proxy was restarted once', counted.shared === 1 && shared.process.starts === 2, counted);
    stage.expect('so was that of the fourth', counted.own === 1 && own.process.starts === 2, counted);
    const remedies = await stage.remediesOfAll();
    const { annex = [], ...sharing } = remedies;
    stage.expect(
      'one of the three had the proxy restarted',
      Object.values(sharing).flat().join() === 'restart-proxy',
      remedies,
    );
    stage.expect('the fourth had its own restarted', annex.join() === 'restart-proxy', remedies);
    await expectServed(stage);
  },
};

/** Who waited has it on record that a restart for another one counts for it, too. */
async function expectServed(stage: Stage): Promise<void> {
  const verdicts: { [integration: string]: readonly unknown[] } = {};
  for (const watch of stage.watches)
    verdicts[watch.integration] = (await watch.decisions()).flatMap(({ evidence }) => evidence?.['verdict'] ?? []);
  const those = (verdict: string) => Object.values(verdicts).filter((all) => all.includes(verdict)).length;
  stage.expect('each was told to wait', those('later') === stage.watches.length, verdicts);
  // The other one may have been proven before it asked again.
  stage.expect('the restart served who waited for it', those('served') > 0, verdicts);
}
