/** `syncwarden dry-run`: every ladder decides and writes down, and carries nothing out. */
import { Argument, type Command } from 'commander';
import { whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

export function dryRunCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('dry-run', 'let all ladders decide everything and carry nothing out, or end that')
    .addArgument(new Argument('<action>', 'what to do').choices(['on', 'off']))
    .action(async (action: 'on' | 'off', options: RemoteOptions) => {
      const client = clientOf(options);
      const by = whoAsks();
      if (action === 'on') await client.post('fleet/dry-run', { by });
      else await client.delete(`fleet/dry-run?by=${encodeURIComponent(by)}`);
      if (options.json) terminal.printJson({ kind: 'dry-run', on: action === 'on' });
      else terminal.print(action === 'on' ? 'A dry run: no ladder carries anything out.' : 'The ladders act again.');
      done(0);
    });
}
