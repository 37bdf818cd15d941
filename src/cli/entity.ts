/** `syncwarden entity`: synchronizes one record of the source now. */
import type { Command } from 'commander';
import { entityViewSchema } from '../http/plugin-api.ts';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask } from './wait.ts';

export function entityCommand(done: (exitCode: number) => void): Command {
  return waitingCommand(
    'entity',
    'synchronize one record of the source now; exit code 1 when it is rejected or not there',
    600,
  )
    .argument('<id>', 'integration')
    .argument('<kind>', 'kind of the record in the source, for example cardholder')
    .argument('<key>', 'its key there')
    .action(async (id: string, kind: string, key: string, options: WaitingOptions) =>
      done(await synchronize(id, kind, key, options)),
    );
}

async function synchronize(id: string, kind: string, key: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/entities`, { kind, key, by: whoAsks() });
  const { result } = await untilTask(client, id, task ?? '', options.timeout);
  const found = entityViewSchema.parse(result);
  if (options.json) terminal.printJson({ ...found, kind: 'entity', integration: id, of: found.kind });
  else {
    if (!found.found) terminal.print(`The source has no ${kind} ${key}.`);
    else if (found.entities.length === 0) terminal.print(`${kind} ${key} yields nothing in the target.`);
    for (const { type, key: of, action, id: target, reason } of found.entities)
      terminal.print(
        `${action === 'left' ? 'left for a run to delete:' : action} ${type} ${of}${target === null ? '' : ` (${target})`}${reason ? `: ${reason.message}` : ''}`,
      );
  }
  return !found.found || found.entities.some(({ action }) => action === 'rejected') ? 1 : 0;
}
