/** `syncwarden status`: what a running supervisor says of its integrations. */
import type { Command } from 'commander';
import { z } from 'zod';
import { type IntegrationView, integrationViewSchema, setAsideSchema } from '../http/api.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

const listSchema = z.object({ integrations: z.array(integrationViewSchema), setAside: z.array(setAsideSchema) });

export function statusCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('status', 'show connection, synchronization, ladder and proof of each integration').action(
    async (options: RemoteOptions) => {
      const { json } = options;
      const { integrations, setAside } = await clientOf(options).get('integrations', listSchema);
      for (const view of integrations) {
        if (json) terminal.printJson({ kind: 'integration', ...view });
        else terminal.print(describe(view, Date.now()));
      }
      for (const one of setAside) {
        if (json) terminal.printJson({ kind: 'set-aside', ...one });
        else terminal.print(`${one.id}\n  set aside, not supervised: ${one.why}`);
      }
      // A difference is an answer, not an error: exit code 1, as for verify and diff.
      done(integrations.every(isWell) && setAside.length === 0 ? 0 : 1);
    },
  );
}

function isWell({ connection, synchronization, ladder }: IntegrationView): boolean {
  return connection.status === 'connected' && synchronization.status === 'succeeded' && ladder.status === 'watching';
}

function describe(view: IntegrationView, now: number): string {
  const { connection, synchronization, ladder } = view;
  const proven = synchronization.lastProvenEqualAt;
  return [
    `${view.title} (${view.id})`,
    `  connection       ${connection.status}${because(connection.reason)}`,
    `  synchronization  ${synchronization.status}${because(synchronization.reason)}`,
    `  ladder           ${ladder.status}${because(ladder.quarantine && { ...ladder.quarantine, code: ladder.quarantine.reason })}`,
    `  proven equal     ${proven === null ? 'never' : `${Math.round((now - proven) / 1000)} s ago`}`,
    `  next run         ${nextRun(synchronization.nextRun)}`,
    ...(synchronization.proof?.types ?? []).map(
      ({ type, source, target, equal }) =>
        `    ${type.padEnd(18)} ${source.count} in the source, ${target.count} in the target${equal ? '' : '  DIFFERENT'}`,
    ),
  ].join('\n');
}

function nextRun(planned: IntegrationView['synchronization']['nextRun']): string {
  return planned === null ? 'none is due' : `${planned.mode}, ${new Date(planned.at).toISOString()}`;
}

/** The reason behind a status: its code for scripts and searches, its sentence for people. */
function because(reason: { readonly code: string; readonly message: string } | null): string {
  return reason ? ` (${reason.code}): ${reason.message}` : '';
}
