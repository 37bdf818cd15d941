/** Carries out one task of the machine by asking the plugin, and answers what its record keeps. */
import { z } from 'zod';
import type { TaskAnswer } from '../../machines/foundation.ts';
import { type Task, taskSchema } from '../../machines/task.ts';
import { assertNever } from '../core/errors.ts';
import type { Reconciled, Work } from '../runtime/index.ts';
import type { Proof } from '../sync/run-result.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';

const inputSchema = z.object({ task: taskSchema, requestedBy: z.string() });

export async function runTask(host: PluginHost, work: Work<unknown>): Promise<TaskAnswer> {
  const { task, requestedBy } = inputSchema.parse(work.input);
  const plugin = host.onDemand(work.key);
  const { signal } = work;
  switch (task.kind) {
    case 'dry-run':
      return plain(await plugin.dryRun({ mode: task.mode, types: task.types, signal }));
    case 'entity':
      return plain(await plugin.synchronizeEntity({ kind: task.of, key: task.key, signal }));
    case 'retry-rejected':
      return plain(await plugin.retryRejected({ refs: task.refs, signal }));
    case 'drop-rejected':
      return plain(await plugin.dropRejected({ refs: task.refs, signal }));
    case 'rebuild-index':
      return plain(await plugin.rebuildIndex({ signal }));
    case 'verify': {
      const proof = await plugin.verify({ signal });
      return { result: verdictOf(proof), proof };
    }
    case 'take-over-run':
      return plain(await plugin.takeOver({ by: requestedBy, signal }));
    default:
      return assertNever(task);
  }
}

/** After a restart every task may be done once more, but for one: by now the lease may be that of our own run. */
export function reconcileTask(work: Work<unknown>): Promise<Reconciled<TaskAnswer>> {
  const { task }: { task: Task } = inputSchema.parse(work.input);
  if (task.kind !== 'take-over-run') return Promise.resolve({ kind: 'redo' });
  const message = 'The supervisor was interrupted before it was told whether the run was taken over. Ask again.';
  return Promise.resolve({ kind: 'failed', error: { code: 'SW_NOT_NOW', message } });
}

const plain = (result: object): TaskAnswer => ({ result: { ...result }, proof: null });

/** The verdict in numbers: the examples are in the proof itself, which the integration keeps. */
function verdictOf({ at, depth, equal, types }: Proof): TaskAnswer['result'] {
  const differing = types.filter((type) => !type.equal);
  return { at, depth, equal, differing: differing.map(({ type, found }) => ({ type, ...found })) };
}
