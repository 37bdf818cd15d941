/** The server on which the plugin lives hangs: whatever is started on it says and hears nothing. */
import type { Scenario } from './scenario.ts';

export const serverHang: Scenario = {
  name: 'server-hang',
  promise:
    'When the server of the plugin hangs, the plugin is restarted first, that is seen not to help, the server is restarted once, and the run ends proven.',
  site: 'behind-server',
  async play(stage) {
    await stage.untilProven(0);
    const { site } = stage;
    const server = site.service('server');
    const before = { server: server.process.pid, plugin: site.pluginHostPid };
    const since = stage.now();
    await stage.strike(
      'SIGSTOP to all that runs on the server: the plugin host, and the way to both systems',
      async () => {
        await server.process.kill('SIGSTOP');
        if (before.plugin !== null) process.kill(before.plugin, 'SIGSTOP');
      },
    );
    await stage.until('an incident is open', ({ ladder }) => ladder.incident !== null);
    const { ladder } = await stage.untilProven(since);

    const remedies = await stage.remedies();
    const last = remedies.indexOf('restart-server');
    const plugin = remedies.slice(0, last);
    stage.expect(
      'the plugin was restarted, then its server, and nothing after or beside them',
      last === remedies.length - 1 && plugin.length > 0 && plugin.every((rung) => rung === 'restart-plugin'),
      remedies,
    );
    const allowed = ladder.rungs.find(({ id }) => id === 'restart-plugin')?.attemptsMax ?? 0;
    stage.expect('every try that the policy gives the plugin was used first', plugin.length === allowed, { allowed });
    const restarts = server.restartKeys.length;
    stage.expect('the server was restarted once, by the log of the service manager', restarts === 1, { restarts });
    const [incident] = ladder.past;
    stage.expect('it is on record that the server helped', incident?.helped === 'restart-server', incident ?? null);
    const after = { server: server.process.pid, plugin: site.pluginHostPid };
    const renewed = after.server !== before.server && after.plugin !== before.plugin;
    stage.expect('server and plugin run in other processes now', renewed, { before, after });
  },
};
