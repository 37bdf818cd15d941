/** The proxy dies: nothing listens at its port. */
import type { Scenario } from './scenario.ts';

export const proxyDead: Scenario = {
  name: 'proxy-dead',
  promise: 'A dead proxy is diagnosed, restarted, and followed by a full synchronization to the proof.',
  async play(stage) {
    await stage.untilProven(0);
    const since = stage.now();
    await stage.strike('SIGKILL to the proxy', () => stage.site.service('proxy').process.kill('SIGKILL'));
    await stage.until('an incident is open', ({ ladder }) => ladder.incident !== null);
    await stage.untilProven(since);

    const remedies = await stage.remedies();
    stage.expect('the proxy was restarted, and nothing else', remedies.join() === 'restart-proxy', remedies);
    // By the history: a scheduled one may have followed already.
    const fullRuns = (await stage.steps()).filter(
      ({ at, changes }) => at > since && changes.some(({ path }) => path === 'synchronization.lastFullAt'),
    );
    stage.expect('a full run came after it', fullRuns.length > 0, fullRuns.length);
  },
};
