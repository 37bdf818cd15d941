/** `syncwarden refresh`: compares the counts now. */
import type { Command } from 'commander';
import { CodedError } from '../core/errors.ts';
import type { IntegrationView } from '../http/api.ts';
import { integrationPath } from './client.ts';
import { proofLines } from './proof-words.ts';
import { clientOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilView, viewOf } from './wait.ts';

export function refreshCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('refresh', 'compare the counts of both sides now; exit code 1 when they differ', 600)
    .argument('<id>', 'integration')
    .action(async (id: string, options: WaitingOptions) => done(await refresh(id, options)));
}

async function refresh(id: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const before = await viewOf(client, id);
  await client.post(`${integrationPath(id)}/refresh`);
  const isCounting = ({ active }: IntegrationView) => active.some((state) => state.endsWith('check.counting'));
  const view = await untilView(client, id, { isOver: (now) => !isCounting(now), secondsMax: options.timeout });
  const { lastCheckedAt, proof } = view.synchronization;
  if (lastCheckedAt === before.synchronization.lastCheckedAt) throw notCounted(view);
  const equal = proof?.equal ?? false;
  if (options.json) terminal.printJson({ kind: 'refreshed', integration: id, equal, proof });
  else {
    terminal.print(`${id}: ${equal ? 'no difference is known' : 'DIFFERENT'}`);
    for (const line of proofLines(proof)) terminal.print(line);
  }
  return equal ? 0 : 1;
}

function notCounted({ id, connection }: IntegrationView): CodedError {
  return new CodedError('SW_UNREACHABLE', {
    doing: `comparing the counts of "${id}"`,
    expected: 'an answer of both sides',
    found: `none: the connection is ${connection.status}${connection.reason ? `. ${connection.reason.message}` : ''}`,
    todo: 'See syncwarden status',
  });
}
