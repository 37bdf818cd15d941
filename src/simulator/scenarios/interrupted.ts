/** The connection is cut again and again in mid-run: every time the run resumes where it was. */
import type { Scenario } from './scenario.ts';

/** How far the run has come, in shares of the cardholders, when each cut strikes. */
const cutsAt = [0.15, 0.35, 0.55, 0.75];
const cutMs = 500;

export const interrupted: Scenario = {
  name: 'interrupted',
  promise: 'A run that is cut again and again resumes where it was, and ends proven equal without anything restarted.',
  async play(stage) {
    await stage.enlarge();
    for (const share of cutsAt) {
      await stage.untilMoved(share);
      await stage.strike(
        `the proxy refuses connections for ${cutMs} ms at ${Math.round(share * 100)} % of the run`,
        () => stage.site.admin('proxy', 'POST', '/faults', { kind: 'refuse', id: 'cut', durationMs: cutMs }),
      );
      await stage.until('the run is interrupted', ({ synchronization }) => synchronization.status === 'interrupted');
    }
    const { synchronization } = await stage.untilProven(0);

    const { lastRun } = synchronization;
    stage.expect('it is the first run that succeeded, resumed', lastRun?.id === 'run-1', lastRun);
    const remedies = await stage.remedies();
    stage.expect('nothing was restarted', remedies.length === 0, remedies);
  },
};
