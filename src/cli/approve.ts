/** `syncwarden approve`: a person agrees to a rung that needs that, or refuses it. */
import type { Command } from 'commander';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface ApproveOptions extends RemoteOptions {
  readonly refuse?: boolean;
}

export function approveCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('approve', 'agree to the rung that the ladder asks about, or refuse it')
    .argument('<id>', 'integration')
    .argument('<rung>', 'the rung that is asked about')
    .option('--refuse', 'do not agree: it is passed over for the incident')
    .action(async (id: string, rung: string, options: ApproveOptions) => {
      const approve = options.refuse !== true;
      await clientOf(options).post(`${integrationPath(id)}/approvals`, { rung, approve, by: whoAsks() });
      if (options.json) terminal.printJson({ kind: approve ? 'approved' : 'refused', integration: id, rung });
      else terminal.print(approve ? `Agreed: ${rung} of ${id}.` : `Refused: ${rung} of ${id} is passed over.`);
      done(0);
    });
}
