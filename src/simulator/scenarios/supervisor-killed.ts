/** kill -9 to the supervisor: in the middle of a run, and in the middle of a remedy. */
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

const killsAt = [0.3, 0.6];

export const supervisorKilled: Scenario = {
  name: 'supervisor-killed',
  promise:
    'A killed supervisor goes on where it was: no remedy runs twice, and at most a page per worker is rewritten.',
  async play(stage) {
    await stage.enlarge();
    for (const share of killsAt) {
      await stage.untilMoved(share);
      await kill(stage, `in mid-run, at ${share * 100} %`);
    }
    await stage.untilProven(0);

    const proxy = stage.site.service('proxy');
    const asked = proxy.restartKeys.length;
    let killed = false;
    proxy.onRestarted = async () => {
      if (killed) return;
      killed = true;
      await kill(stage, 'in mid-remedy: the proxy was restarted, the answer not yet given');
    };
    const since = stage.now();
    await stage.strike('SIGKILL to the proxy', () => proxy.process.kill('SIGKILL'));
    await stage.until('the remedy was carried out', () => killed);
    await stage.untilProven(since);

    const restarts = proxy.restartKeys.length - asked;
    stage.expect('the proxy was restarted once, by the log of the service manager', restarts === 1, { restarts });
    const { starts } = proxy.process;
    stage.expect('the proxy process was started twice in all', starts === 2, { starts });
  },
};

async function kill(stage: Stage, when: string): Promise<void> {
  await stage.strike(`kill -9 to the supervisor ${when}`, () => stage.site.supervisor.kill('SIGKILL'));
  await stage.site.startSupervisor();
}
