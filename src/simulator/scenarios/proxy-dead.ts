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
    const { synchronization } = await stage.untilProven(since);

    const remedies = await stage.remedies();
    stage.expect('the proxy was restarted, and nothing else', remedies.join() === 'restart-proxy', remedies);
    stage.expect(
      'the run after it was full',
      synchronization.lastRun?.mode === 'full',
      synchronization.lastRun?.mode ?? null,
    );
  },
};
