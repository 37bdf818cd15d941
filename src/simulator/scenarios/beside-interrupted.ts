/** Genetec's own role is cut off in the middle of its synchronization: a part is there, and nothing resumes it. */
import { readRole } from './books.ts';
import type { Scenario } from './scenario.ts';

/** When the cut strikes, in entities that the role has written, and how long it lasts. */
const cutAfter = 30;
const cutMs = 1_500;

export const besideInterrupted: Scenario = {
  name: 'beside-interrupted',
  promise:
    "A synchronization of Genetec's role that was cut in the middle is noticed by its counts, started once more, and proven by counts.",
  site: 'beside',
  async play(stage) {
    const { site } = stage;
    const role = 'genetec-role';
    await stage.until(
      'the role is watched at its work',
      ({ synchronization: { status } }) => status === 'transferring',
    );
    await stage.strike(`the line between role and proxy is cut for ${cutMs} ms in mid-synchronization`, () =>
      site.admin(role, 'POST', '/connection/cut', { afterEntities: cutAfter, durationMs: cutMs }),
    );
    const { ladder } = await stage.until('diagnosed', (view) => view.ladder.incident?.signature != null);
    const signature = ladder.incident?.signature ?? null;
    stage.expect('it is noticed by the counts', signature === 'counts-differ', signature);
    const { latest: cut } = await readRole(site);
    const { eligible, owned } = await stage.truth();
    // By now it may have been told to synchronize once more.
    const isUndone = cut?.state === 'interrupted' || cut?.trigger === 'manual';
    stage.expect('the synchronization of the role was interrupted', isUndone, cut);
    const part = (owned?.['Cardholder'] ?? 0) + (owned?.['Credential'] ?? 0);
    const whole = (eligible['Cardholder'] ?? 0) + (eligible['Credential'] ?? 0);
    stage.expect('a part of the entities is there', part > 0 && part < whole, { part, whole });
    // What follows is to be as fast as the role can be.
    await site.admin(role, 'PATCH', '/settings', { entitiesPerSecond: 2_000 });
    const { synchronization } = await stage.untilProven(0);

    const { asked, latest } = await readRole(site);
    const orders = asked.map(({ action }) => action);
    stage.expect(
      'the role was told once to synchronize, and nothing else',
      orders.join() === 'start-synchronization',
      orders,
    );
    stage.expect(
      'it has completed what it was told',
      latest?.trigger === 'manual' && latest.state === 'completed',
      latest,
    );
    const remedies = await stage.remedies();
    stage.expect('nothing was restarted', remedies.length === 0, remedies);
    const provenAt = synchronization.proof?.at ?? 0;
    stage.expect('the counts were compared after that', provenAt >= (latest?.endedAt ?? Number.POSITIVE_INFINITY), {
      provenAt,
    });
  },
};
