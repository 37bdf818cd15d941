/** The version of Security Center, which only its Server entities state. */
import type { Json } from '../../core/json.ts';
import { readEntities } from './entity-read.ts';
import { searchEntities } from './entity-search.ts';
import type { TargetContext } from './target-context.ts';

/** How long a version that was read is believed, milliseconds. */
const versionAgeMsMax = 10_000;

/** Most servers that are looked at; the main server is among the first where there are more. */
const serversMax = 50;

/**
 * Reads the version of the main server, or of the first server where none says that it is the main one; null when the
 * user may not see any server. Asked again after {@link versionAgeMsMax}, so that an upgrade shows within seconds.
 */
export function createVersionReader({ sdk, clock }: TargetContext): (signal: AbortSignal) => Promise<string | null> {
  let known: { readonly version: string | null; readonly readAt: number } | null = null;
  return async (signal) => {
    const now = clock.now();
    if (known !== null && Math.abs(now - known.readAt) < versionAgeMsMax) return known.version;
    const search = { entityType: 'Server', description: null, page: 1, pageSize: serversMax };
    const { rows } = await searchEntities(sdk, search, signal);
    const ids = rows.map((row) => row.id);
    const servers = [...(await readEntities(sdk, ids, ['IsMainServer', 'Version'], signal)).values()];
    const main = servers.find((server) => /^(true|1)$/i.test(String(server.get('ismainserver')))) ?? servers[0];
    known = { version: versionText(main?.get('version')), readAt: now };
    return known.version;
  };
}

function versionText(value: Json | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
