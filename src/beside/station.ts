/** What the supervisor itself does differently for an integration in mode beside. */
import type { Mode } from '../../machines/mode.ts';
import type { Clock } from '../core/clock.ts';
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import { type BesideConfig, type OpenWatch, openWatch } from './open-beside.ts';
import type { RoleWatch } from './role-watch.ts';
import { sparingRole, type WatcherHost } from './spare-role.ts';
import { startRemedy, startSynchronization, type Wanted } from './start-synchronization.ts';

/** Whether anything accepts connections at the addresses that tell causes apart. */
export interface Reach {
  source(): Promise<boolean>;
  target(): Promise<boolean>;
  readonly sourceHost?: () => Promise<boolean | null>;
}

export interface BesideStation<R extends Reach = Reach> {
  /** Called before a run of the plugin; answers what the plugin is to expect. */
  readonly begin: (wanted: Wanted, use: RemedyUse) => Promise<Mode>;
  readonly remedies: ReadonlyMap<string, Remedy>;
  readonly reach: R;
}

export interface BesideStationParts<R extends Reach> {
  readonly config: BesideConfig;
  /** The configured ones, by name. */
  readonly remedies: ReadonlyMap<string, Remedy>;
  readonly reach: R;
  readonly host: WatcherHost;
  readonly clock: Clock;
}

/** How long the look at role and port may take that is evidence for a diagnosis, milliseconds. */
const evidenceMsMax = 8_000;

/** Remedies that the ladder also takes for a plugin of ours that does not answer. */
const ofPlugins: ReadonlySet<string> = new Set(['restart-plugin', 'restart-server']);

/** Nothing is kept open: all of this is rare, and the session of the same user is one and the same over there. */
export function besideStation<R extends Reach>(parts: BesideStationParts<R>): BesideStation<R> {
  const { config, remedies, reach, host, clock } = parts;
  const watching = async <T>(work: (opened: OpenWatch) => Promise<T>): Promise<T> => {
    const opened = openWatch(config, clock);
    try {
      return await work(opened);
    } finally {
      await opened.sdk.close();
    }
  };
  const spare = ([name, remedy]: readonly [string, Remedy]) =>
    [name, ofPlugins.has(name) ? sparingRole(remedy, host) : remedy] as const;
  return {
    begin: (wanted, use) =>
      watching(({ reader }) => {
        const provider = remedies.get(startRemedy) ?? null;
        return startSynchronization({ provider, readRole: (signal) => reader.read(signal) }, wanted, use);
      }),
    remedies: new Map([...remedies].map(spare)),
    reach: overProxy(reach, () => watching(({ watch }) => isCutOff(watch, clock))),
  };
}

/** The role's way to SiPass leads over the proxy: a proxy that is dead is a source that is not reached. */
function overProxy<R extends Reach>(reach: R, cutOff: () => Promise<boolean>): R {
  const { sourceHost } = reach;
  const source = async () => (await reach.source()) && !(await cutOff());
  // SiPass, where it answers, is on the machine of the proxy.
  const machine = sourceHost && { sourceHost: async () => (await reach.source()) || (await sourceHost()) };
  return { ...reach, source, ...machine };
}

/** What cannot be looked at is no evidence. */
async function isCutOff(watch: RoleWatch, clock: Clock): Promise<boolean> {
  const tooLate = new AbortController();
  const cancel = clock.schedule(evidenceMsMax, () => tooLate.abort(new Error('No answer came in time.')));
  try {
    return (await watch.look(tooLate.signal)).colour === 'yellow-disconnected';
  } catch {
    return false;
  } finally {
    cancel();
  }
}
