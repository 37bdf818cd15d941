/** The versions do not go together: no restart can heal that. */
import type { Scenario } from './scenario.ts';

export const incompatible: Scenario = {
  name: 'incompatible',
  promise: 'Incompatible versions are named, nothing is restarted, and it heals by itself once they match.',
  async play(stage) {
    await stage.untilProven(0);
    const { site } = stage;
    const { process: proxy } = site.service('proxy');
    const starts = () => ({ proxy: proxy.starts, supervisor: site.supervisor.starts, plugin: site.pluginHostPid });
    const before = starts();
    await stage.strike('Security Center says it is version 6.0.1.0', () =>
      site.admin('security-center', 'POST', '/faults', { kind: 'version', id: 'incompatible', version: '6.0.1.0' }),
    );
    const { ladder } = await stage.until('quarantine', (view) => view.ladder.status === 'quarantined');
    stage.expect('the reason is named', ladder.quarantine?.reason === 'incompatible', ladder.quarantine);
    stage.expect(
      'the version is named',
      ladder.quarantine?.message.includes('6.0.1') === true,
      ladder.quarantine?.message ?? '',
    );

    const since = stage.now();
    await stage.strike('the version is right again', () =>
      site.admin('security-center', 'DELETE', '/faults/incompatible'),
    );
    await stage.untilProven(since);

    const remedies = await stage.remedies();
    stage.expect('no remedy was carried out', remedies.length === 0, remedies);
    const after = starts();
    stage.expect('no component was started again', JSON.stringify(before) === JSON.stringify(after), after);
  },
};
