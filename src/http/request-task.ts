/** Turns what a person asks of a plugin into a task of the machine. */
import { randomUUID } from 'node:crypto';
import { isWriting, type Task, tasksWaitingMax } from '../../machines/task.ts';
import { CodedError } from '../core/errors.ts';
import type { IntegrationView } from './api.ts';
import type { AppOptions } from './app-options.ts';
import { viewOf } from './look-up.ts';
import { refuse, refuseWhileHeld } from './refusals.ts';

/**
 * Resolves with the id of the task when it is durable.
 *
 * @throws CodedError SW_NOT_FOUND, SW_NOT_NOW, SW_MAILBOX_FULL
 */
export async function requestTask(
  options: AppOptions,
  integration: string,
  task: Task,
  requestedBy: string,
): Promise<{ readonly accepted: true; readonly task: string }> {
  judge(viewOf(options, integration), task);
  const id = randomUUID();
  const at = options.clock.now();
  await options.runtime.send(integration, { type: 'task.requested', at, id, task, requestedBy });
  return { accepted: true, task: id };
}

function judge(view: IntegrationView, task: Task): void {
  if (isWriting(task)) refuseWhileHeld(view, `carrying out the task ${task.kind} of`);
  const { run, status } = view.synchronization;
  if (task.kind === 'take-over-run' && run !== null && status !== 'interrupted')
    refuse(
      `taking over the run of "${view.id}"`,
      'a run of somebody else',
      'one of this supervisor',
      'Cancel it instead',
    );
  const waiting = view.tasks.filter((one) => one.status === 'waiting').length;
  if (waiting < tasksWaitingMax) return;
  throw new CodedError('SW_MAILBOX_FULL', {
    doing: `asking for the task ${task.kind} of "${view.id}"`,
    expected: `fewer than ${tasksWaitingMax} that wait`,
    found: 'as many',
    todo: 'Wait for them, or cancel some',
  });
}
