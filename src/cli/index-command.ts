/** `syncwarden index`: the entity index of an integration. */
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask } from './wait.ts';

const dayInSeconds = 86_400;

const rebuiltSchema = z.object({ types: z.array(z.object({ type: z.string(), count: z.number().int() })) });

export function indexCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('index', 'rebuild the entity index from the markers in the target', dayInSeconds)
    .argument('<id>', 'integration')
    .addArgument(new Argument('<action>', 'what to do with it').choices(['rebuild']))
    .action(async (id: string, _action: 'rebuild', options: WaitingOptions) => done(await rebuildOf(id, options)));
}

async function rebuildOf(id: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/index/rebuild`, { by: whoAsks() });
  const { types } = rebuiltSchema.parse((await untilTask(client, id, task ?? '', options.timeout)).result);
  if (options.json) terminal.printJson({ kind: 'rebuilt', integration: id, types });
  else {
    terminal.print(`The index of ${id} was rebuilt from the target.`);
    for (const { type, count } of types) terminal.print(`  ${type.padEnd(18)} ${count}`);
  }
  return 0;
}
