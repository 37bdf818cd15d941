/** The proxy service beside Genetec's own role dies: its port is closed, and the role stays yellow. */
import { readRole } from './books.ts';
import type { Scenario } from './scenario.ts';

export const besideProxyDead: Scenario = {
  name: 'beside-proxy-dead',
  promise:
    "A dead proxy service of Genetec's role is diagnosed by its port, restarted by its provider alone, and the full synchronization that this forces is waited for and proven by counts.",
  site: 'beside',
  async play(stage) {
    const { site } = stage;
    const role = 'genetec-role';
    await site.admin(role, 'PATCH', '/settings', { entitiesPerSecond: 2_000 });
    await stage.untilProven(0);
    // Slow enough for what follows to be seen while it is under way.
    await site.admin(role, 'PATCH', '/settings', { entitiesPerSecond: 200 });
    const since = stage.now();
    await stage.strike('the proxy service of the role ends', () => site.admin(role, 'POST', '/proxy/stop'));
    const { ladder } = await stage.until('diagnosed', (view) => view.ladder.incident?.signature != null);
    stage.expect('the proxy is named', ladder.incident?.signature === 'proxy-dead', ladder.incident?.signature ?? null);
    const { synchronization } = await stage.untilProven(since);

    const remedies = await stage.remedies();
    stage.expect('the proxy was restarted, and nothing else', remedies.join() === 'restart-proxy', remedies);
    const { asked, latest } = await readRole(site);
    const orders = asked.map(({ action }) => action);
    stage.expect('the provider was asked for nothing else', orders.join() === 'restart-proxy', orders);
    const forced = latest?.trigger === 'proxy-restart' && latest.state === 'completed';
    stage.expect('the full synchronization that the restart forces has completed', forced, latest);
    const provenAt = synchronization.proof?.at ?? 0;
    stage.expect('the counts were compared after that', provenAt >= (latest?.endedAt ?? Number.POSITIVE_INFINITY), {
      provenAt,
    });
  },
};
