/** `syncwarden hold`: named pauses; while one lasts nothing runs and nothing is restarted. */
import { Argument, type Command } from 'commander';
import { integrationPath } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface HoldOptions extends RemoteOptions {
  readonly reason: string;
}

export function holdCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('hold', 'place a hold, or release it')
    .argument('<id>', 'integration')
    .addArgument(new Argument('<action>', 'what to do').choices(['place', 'release']))
    .argument('<name>', 'name of the hold')
    .option('--reason <text>', 'why it is placed, for people', '')
    .action(async (id: string, action: 'place' | 'release', name: string, options: HoldOptions) => {
      const holds = `${integrationPath(id)}/holds`;
      if (action === 'place') await clientOf(options).post(holds, { name, reason: options.reason });
      else await clientOf(options).delete(`${holds}/${encodeURIComponent(name)}`);
      const what = action === 'place' ? 'placed' : 'released';
      if (options.json) terminal.printJson({ kind: `hold-${what}`, integration: id, name });
      else terminal.print(`The hold "${name}" on ${id} was ${what}.`);
      done(0);
    });
}
