/** `syncwarden remedy`: carries the remedy of a rung out now, on behalf of a person. */
import type { Command } from 'commander';
import { z } from 'zod';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask } from './wait.ts';

const resultSchema = z.object({ message: z.string() });

export function remedyCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('remedy', 'carry the remedy of a rung out now, and wait for its end', 3_600)
    .argument('<id>', 'integration')
    .argument('<rung>', 'rung of its ladder, for example restart-plugin')
    .action(async (id: string, rung: string, options: WaitingOptions) => done(await carryOut(id, rung, options)));
}

async function carryOut(id: string, rung: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/remedies`, { rung, requestedBy: whoAsks() });
  // A rung that synchronizes starts a run: there is no task to wait for.
  const message =
    task === null
      ? 'The synchronization was requested.'
      : resultSchema.parse((await untilTask(client, id, task, options.timeout)).result).message;
  if (options.json) terminal.printJson({ kind: 'remedy', integration: id, rung, message });
  else terminal.print(`${rung} of ${id}: ${message}`);
  return 0;
}
