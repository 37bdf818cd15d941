/** The plugin hangs: it runs, and does not answer. */
import type { Scenario } from './scenario.ts';

export const pluginHang: Scenario = {
  name: 'plugin-hang',
  promise: 'A plugin that hangs in mid-run is told from a slow one, restarted, and its run resumes to the proof.',
  async play(stage) {
    await stage.enlarge();
    await stage.untilMoved(0.3);
    const pid = stage.site.pluginHostPid;
    await stage.strike('SIGSTOP to the plugin host', async () => {
      if (pid !== null) process.kill(pid, 'SIGSTOP');
    });
    await stage.untilProven(0);

    const after = stage.site.pluginHostPid;
    stage.expect('the plugin runs in another process now', pid !== null && after !== pid, { before: pid, after });
    const remedies = await stage.remedies();
    stage.expect(
      'only the plugin was restarted',
      remedies.every((rung) => rung === 'restart-plugin') && remedies.length > 0,
      remedies,
    );
  },
};
