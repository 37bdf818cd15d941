/** `syncwarden runs`: the run under way and the last one, and freeing a run whose owner does not end it. */
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import type { IntegrationView } from '../http/api.ts';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask, viewOf } from './wait.ts';

const takenOverSchema = z.object({ from: z.string().nullable() });

export function runsCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('runs', 'show the run under way, the last one and the next, or take a run over', 60)
    .argument('<id>', 'integration')
    .addArgument(
      new Argument('[action]', 'takeover: free the run of an owner that does not end it')
        .choices(['show', 'takeover'])
        .default('show'),
    )
    .action(async (id: string, action: 'show' | 'takeover', options: WaitingOptions) =>
      done(await (action === 'show' ? show(id, options) : takeOver(id, options))),
    );
}

async function show(id: string, options: RemoteOptions): Promise<number> {
  const view = await viewOf(clientOf(options), id);
  const { run, lastRun, nextRun } = view.synchronization;
  if (options.json) terminal.printJson({ kind: 'runs', integration: id, run, lastRun, nextRun });
  else for (const line of runLines(view)) terminal.print(line);
  return 0;
}

async function takeOver(id: string, options: WaitingOptions): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/runs/takeover`, { by: whoAsks() });
  const { from } = takenOverSchema.parse((await untilTask(client, id, task ?? '', options.timeout)).result);
  if (options.json) terminal.printJson({ kind: 'taken-over', integration: id, from });
  else terminal.print(from === null ? `Nobody held a run of ${id}.` : `The run of ${id} was taken over from ${from}.`);
  return 0;
}

function runLines({ id, synchronization: { status, run, lastRun, nextRun } }: IntegrationView): readonly string[] {
  const of = (types: readonly string[] | null) => (types === null ? '' : ` of ${types.join(', ')}`);
  const iso = (ms: number) => new Date(ms).toISOString();
  return [
    run === null
      ? `${id}: no run is under way (${status})`
      : `${id}: ${run.mode} ${run.id}${of(run.types)}, ${status}, requested by ${run.requestedBy} at ${iso(run.startedAt)}, resumed ${run.resumes} times`,
    lastRun === null
      ? '  last  none has ended'
      : `  last  ${lastRun.mode} ${lastRun.id}${of(lastRun.types)}: ${lastRun.outcome}${lastRun.reason === null ? '' : ` (${lastRun.reason})`}, ended ${iso(lastRun.endedAt)}`,
    nextRun === null ? '  next  none is due' : `  next  ${nextRun.mode}, ${iso(nextRun.at)}`,
  ];
}
