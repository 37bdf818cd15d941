/** Entities vanish from the target behind our back. */
import type { Scenario } from './scenario.ts';

export const missingEntities: Scenario = {
  name: 'missing-entities',
  promise: 'Missing entities are noticed by their count, and only they are written again.',
  async play(stage) {
    await stage.untilProven(0);
    const before = (await stage.truth()).tally;
    const since = stage.now();
    const lost = 25;
    await stage.strike(`${lost} cardholders vanish from Security Center`, () =>
      stage.site.admin('security-center', 'POST', '/entities/delete', {
        type: 'Cardholder',
        prefix: 'syncwarden:',
        count: lost,
      }),
    );
    await stage.until('the difference is noticed', ({ ladder }) => ladder.incident !== null);
    await stage.untilProven(since);

    const { tally } = await stage.truth();
    const created = tally.creates - before.creates;
    // A vanished cardholder may have taken its credential with it: at most one more each.
    stage.expect('only what was missing was created', created >= lost && created <= 2 * lost, { created });
    const remedies = await stage.remedies();
    stage.expect('nothing was restarted', remedies.length === 0, remedies);
  },
};
