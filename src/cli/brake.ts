/** `syncwarden brake`: stops the ladders of all integrations, or lets them go on. */
import { Argument, type Command } from 'commander';
import { whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface BrakeOptions extends RemoteOptions {
  readonly reason: string;
}

export function brakeCommand(done: (exitCode: number) => void): Command {
  return remoteCommand(
    'brake',
    'stop the ladders of all integrations, or let them go on; synchronizations are not touched',
  )
    .addArgument(new Argument('<action>', 'what to do').choices(['on', 'off']))
    .option('--reason <text>', 'why, for people', '')
    .action(async (action: 'on' | 'off', options: BrakeOptions) => {
      const client = clientOf(options);
      const by = whoAsks();
      if (action === 'on') await client.post('fleet/brake', { reason: options.reason, by });
      else await client.delete(`fleet/brake?by=${encodeURIComponent(by)}`);
      if (options.json) terminal.printJson({ kind: 'brake', on: action === 'on' });
      else
        terminal.print(action === 'on' ? 'The brake is on: no ladder acts.' : 'The brake is off: the ladders go on.');
      done(0);
    });
}
