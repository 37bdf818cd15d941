/** `syncwarden verify`: proves both sides equal by content. */
import type { Command } from 'commander';
import { z } from 'zod';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask } from './wait.ts';

const verdictSchema = z.object({
  at: z.number(),
  equal: z.boolean(),
  differing: z.array(
    z.object({ type: z.string(), missing: z.number(), surplus: z.number(), different: z.number() }).partial({
      missing: true,
      surplus: true,
      different: true,
    }),
  ),
});

export function verifyCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('verify', 'compare everything by content; exit code 1 when something differs', 86_400)
    .argument('<id>', 'integration')
    .action(async (id: string, options: WaitingOptions) => done(await verify(id, options)));
}

async function verify(id: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/verify`, { by: whoAsks() });
  const { result } = await untilTask(client, id, task ?? '', options.timeout);
  const verdict = verdictSchema.parse(result);
  if (options.json) terminal.printJson({ kind: 'verified', integration: id, ...verdict });
  else {
    terminal.print(`${id}: ${verdict.equal ? 'proven equal by content' : 'DIFFERENT'}`);
    for (const { type, missing = 0, surplus = 0, different = 0 } of verdict.differing)
      terminal.print(`  ${type.padEnd(18)} ${missing} missing, ${surplus} surplus, ${different} different`);
    if (!verdict.equal) terminal.say(`See which with: syncwarden diff ${id}`);
  }
  return verdict.equal ? 0 : 1;
}
