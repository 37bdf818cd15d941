/** The source says that it is empty: unreachable is not empty, and empty is not believed. */
import type { Scenario } from './scenario.ts';

export const emptySource: Scenario = {
  name: 'empty-source',
  promise: 'A source that says it is empty deletes nothing; a person is asked, and it heals by itself.',
  async play(stage) {
    await stage.untilProven(0);
    const before = (await stage.truth()).tally;
    await stage.strike('SiPass says that it has no cardholders', () =>
      stage.site.admin('sipass', 'POST', '/faults', { kind: 'empty-list', id: 'empty', list: 'Cardholders' }),
    );
    await stage.command('synchronizations', { mode: 'full' });
    const { ladder } = await stage.until('quarantine', (view) => view.ladder.status === 'quarantined');
    stage.expect('the reason is named', ladder.quarantine !== null, ladder.quarantine);
    const { tally } = await stage.truth();
    stage.expect('nothing was deleted', tally.deletes === before.deletes, tally);

    const since = stage.now();
    await stage.strike('SiPass lists its cardholders again', () =>
      stage.site.admin('sipass', 'DELETE', '/faults/empty'),
    );
    await stage.untilProven(since);

    const after = (await stage.truth()).tally;
    stage.expect(
      'nothing was deleted or written again afterwards',
      after.deletes === before.deletes && after.creates === before.creates,
      after,
    );
    const remedies = await stage.remedies();
    stage.expect('nothing was restarted', remedies.length === 0, remedies);
  },
};
