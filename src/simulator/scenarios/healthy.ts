/** Nothing goes wrong: the first synchronization is proven, the second finds nothing to do. */
import type { Scenario } from './scenario.ts';

export const healthy: Scenario = {
  name: 'healthy',
  promise: 'The first synchronization is proven equal, and a second one writes nothing.',
  async play(stage) {
    await stage.untilProven(0);
    const before = (await stage.truth()).tally;
    const since = stage.now();
    await stage.command('synchronizations', { mode: 'full' });
    const { synchronization } = await stage.untilProven(since);

    const after = (await stage.truth()).tally;
    const writes = ({ creates, updates, deletes }: typeof after) => creates + updates + deletes;
    stage.expect('a second full synchronization writes nothing', writes(after) === writes(before), after);
    stage.expect('it was full', synchronization.lastRun?.mode === 'full', synchronization.lastRun?.mode ?? null);
  },
};
