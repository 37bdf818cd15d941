/** `syncwarden incidents`: what went wrong, newest first, and what helped. */
import type { Command } from 'commander';
import { incidentListSchema } from '../http/incident-api.ts';
import { incidentLine } from './incident-words.ts';
import { whole } from './options.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface IncidentsOptions extends RemoteOptions {
  readonly open?: boolean;
  readonly limit: number;
}

/** Incidents asked for at once. */
const pageSize = 100;

export function incidentsCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('incidents', 'list incidents, newest first; exit code 1 while one of them is open')
    .argument('[id]', 'integration; without it all')
    .option('--open', 'only those that are open')
    .option('--limit <number>', 'most that are listed', whole(1, 10_000), 50)
    .action(async (id: string | undefined, options: IncidentsOptions) => done(await list(id, options)));
}

async function list(id: string | undefined, options: IncidentsOptions): Promise<number> {
  const client = clientOf(options);
  let after: string | null = null;
  let listed = 0;
  let isOpen = false;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(pageSize, options.limit - listed)),
      ...(id === undefined ? {} : { integration: id }),
      ...(options.open ? { open: 'true' } : {}),
      ...(after === null ? {} : { after }),
    });
    const page: { incidents: readonly Parameters<typeof incidentLine>[0][]; next: string | null } = await client.get(
      `incidents?${query}`,
      incidentListSchema,
    );
    for (const incident of page.incidents) {
      isOpen ||= incident.endedAt === null;
      if (options.json) terminal.printJson({ kind: 'incident', ...incident });
      else terminal.print(incidentLine(incident));
    }
    listed += page.incidents.length;
    after = page.next;
  } while (after !== null && listed < options.limit);
  if (listed === 0 && !options.json) terminal.print(options.open ? 'No incident is open.' : 'There was no incident.');
  return isOpen ? 1 : 0;
}
