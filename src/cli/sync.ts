/** `syncwarden sync`: starts a synchronization, or tells what one would write. */
import { type Command, Option } from 'commander';
import type { IntegrationView } from '../http/api.ts';
import { dryRunViewSchema } from '../http/plugin-api.ts';
import { type Client, integrationPath, whoAsks } from './client.ts';
import { dryRunLines } from './dry-run-words.ts';
import { proofLines } from './proof-words.ts';
import { clientOf, listOf, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask, untilView, viewOf } from './wait.ts';

interface SyncOptions extends WaitingOptions {
  readonly mode: 'full' | 'delta';
  readonly dryRun?: boolean;
  readonly types?: string;
  readonly approveDeletes?: boolean;
  readonly wait?: boolean;
}

const dayInSeconds = 86_400;

export function syncCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('sync', 'start a synchronization', dayInSeconds)
    .argument('<id>', 'integration')
    .addOption(new Option('--mode <mode>', 'full re-reads the target').choices(['full', 'delta']).default('delta'))
    .option('--dry-run', 'tell what would be written, and write nothing')
    .option('--types <names>', 'only these entity types, separated by commas')
    .option('--approve-deletes', 'let this run make the deletes that the guard stopped: you have looked at them')
    .option('--wait', 'wait for the end of the run; exit code 1 unless it succeeds')
    .action(async (id: string, options: SyncOptions) => done(await sync(id, options)));
}

async function sync(id: string, options: SyncOptions): Promise<number> {
  const client = clientOf(options);
  const before = await viewOf(client, id);
  const { mode, dryRun = false, approveDeletes = false } = options;
  const types = listOf(options.types);
  const body = { mode, dryRun, approveDeletes, by: whoAsks(), ...(types === undefined ? {} : { types }) };
  const task = await client.post(`${integrationPath(id)}/synchronizations`, body);
  if (task !== null) return tellDryRun(client, id, task, options);
  if (options.wait) return tellRun(await untilRunEnded(client, before, options), options);
  if (options.json) terminal.printJson({ kind: 'accepted', integration: id, mode });
  else terminal.print(`A ${mode} synchronization of ${id} was requested. Watch it with syncwarden status.`);
  return 0;
}

async function tellDryRun(client: Client, id: string, task: string, options: SyncOptions): Promise<number> {
  const { result } = await untilTask(client, id, task, options.timeout);
  const found = dryRunViewSchema.parse(result);
  if (options.json) terminal.printJson({ kind: 'dry-run', integration: id, ...found });
  else for (const line of dryRunLines(found)) terminal.print(line);
  return 0;
}

/** The request was accepted after `before`: whatever ends later answers it, or is followed at once by what does. */
function untilRunEnded(client: Client, before: IntegrationView, { timeout }: SyncOptions): Promise<IntegrationView> {
  const isOver = ({ synchronization: { run, lastRun, status }, ladder }: IntegrationView) => {
    if (run === null) return status === 'cancelled' || status === 'held' || (lastRun?.endedAt ?? 0) >= before.at;
    // An interrupted run resumes by itself; when a person was paged it does not.
    return status === 'held' || (status === 'interrupted' && ladder.status === 'quarantined');
  };
  return untilView(client, before.id, { isOver, secondsMax: timeout });
}

function tellRun({ id, synchronization }: IntegrationView, { json }: SyncOptions): number {
  const { status, reason, lastRun, proof } = synchronization;
  const succeeded = status === 'succeeded';
  if (json) terminal.printJson({ kind: 'run-ended', integration: id, status, reason, lastRun, proof });
  else {
    terminal.print(
      succeeded ? `${id}: succeeded, proven equal.` : `${id}: ${status}. ${reason?.message ?? ''}`.trimEnd(),
    );
    if (lastRun) {
      const { created, updated, deleted, unchanged } = lastRun.written;
      terminal.print(
        `  ${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} unchanged, ${lastRun.rejected} rejected`,
      );
    }
    for (const line of proofLines(proof)) terminal.print(line);
  }
  return succeeded ? 0 : 1;
}
