/**
 * A stand-in for the Synchronization tab of Config Tool. What Config Tool and a plugin say to each other is private; these
 * routes give what the tab shows and does, and have nothing to do with how it really asks.
 */
import type { Json } from '../../core/json.ts';
import type { Directory } from './directory.ts';
import type { PluginRole } from './plugin-role.ts';
import type { RoleRoute } from './role-app.ts';
import { type Counts, totalOf } from './source-entity.ts';
import { type Synchronization, synchronizedOf } from './synchronization.ts';

const prefix = '/stand-in/synchronization-tab';

interface Counted {
  readonly byType: Counts;
  readonly countedAt: number;
}

/** The routes; a role that does not run or does not answer shows nothing. */
export function tabRoutes(role: PluginRole, directory: Directory, now: () => number): readonly RoleRoute[] {
  let counted: Counted | null = null;
  const shown = (): Json => ({
    standIn: 'Not an interface of Genetec: what the Synchronization tab shows, in a form of our own.',
    currentlySynchronizedEntities: counted && { total: totalOf(counted.byType), ...counted },
    latestSynchronizationInformation: role.desk.latest && latestOf(role.desk.latest),
  });
  return [
    [
      `GET ${prefix}`,
      () => {
        role.requireAnswer();
        return { status: 200, body: shown() };
      },
    ],
    [
      `POST ${prefix}/refresh`,
      async () => {
        role.requireAnswer();
        counted = { byType: await directory.counts(), countedAt: now() };
        return { status: 200, body: shown() };
      },
    ],
    [`POST ${prefix}/start-synchronization`, () => ({ status: 202, body: latestOf(role.startManual()) })],
  ];
}

/** The group "Latest synchronization information". */
export function latestOf(run: Synchronization): { readonly [member: string]: Json } {
  const { types, ...rest } = run;
  return {
    ...rest,
    successful: run.state === 'running' ? null : run.state === 'completed',
    total: types.reduce((sum, { total }) => sum + total, 0),
    synchronized: synchronizedOf(run),
    byType: types.map((type) => ({ ...type })),
  };
}
