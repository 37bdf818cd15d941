/** Carries out one task of the machine by asking the plugin, and answers what its record keeps. */
import { z } from 'zod';
import type { TaskAnswer } from '../../machines/foundation.ts';
import { taskSchema } from '../../machines/task.ts';
import { assertNever } from '../core/errors.ts';
import type { Reconciled, Work } from '../runtime/index.ts';
import type { Proof } from '../sync/run-result.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';
import { type RemedyRoom, reconcileRemedy, runRemedy } from './remedy-task.ts';

const inputSchema = z.object({ id: z.string().default(''), task: taskSchema, requestedBy: z.string() });

/** What tasks are carried out with. */
export interface TaskRoom extends RemedyRoom {
  readonly host: PluginHost;
}

export async function runTask(room: TaskRoom, work: Work<unknown>): Promise<TaskAnswer> {
  const { id, task, requestedBy } = inputSchema.parse(work.input);
  if (task.kind === 'remedy') return await runRemedy(room, { rung: task.rung, id }, work);
  const { host } = room;
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

/**
 * After a restart every task may be done once more, but for two: a remedy may have been carried out, and the lease may by
 * now be that of our own run.
 */
export async function reconcileTask(room: TaskRoom, work: Work<unknown>): Promise<Reconciled<TaskAnswer>> {
  const { id, task } = inputSchema.parse(work.input);
  if (task.kind === 'remedy') return await reconcileRemedy(room, { rung: task.rung, id }, work);
  if (task.kind !== 'take-over-run') return { kind: 'redo' };
  const message = 'The supervisor was interrupted before it was told whether the run was taken over. Ask again.';
  return { kind: 'failed', error: { code: 'SW_NOT_NOW', message } };
}

const plain = (result: object): TaskAnswer => ({ result: { ...result }, proof: null });

/** The verdict in numbers: the examples are in the proof itself, which the integration keeps. */
function verdictOf({ at, depth, equal, types }: Proof): TaskAnswer['result'] {
  const differing = types.filter((type) => !type.equal);
  return { at, depth, equal, differing: differing.map(({ type, found }) => ({ type, ...found })) };
}
