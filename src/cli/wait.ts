/** Waiting for the end of what was asked for, by looking again and again. */
import { pause, systemClock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { type IntegrationView, integrationViewSchema } from '../http/api.ts';
import { type TaskView, taskListSchema } from '../http/plugin-api.ts';
import { type Client, integrationPath, knownCode } from './client.ts';

/** Pause between two looks, milliseconds. */
const lookEveryMs = 250;

export const viewOf = (client: Client, id: string): Promise<IntegrationView> =>
  client.get(integrationPath(id), integrationViewSchema);

/** The newest view that satisfies `isOver`. @throws CodedError SW_TIMEOUT after `secondsMax` */
export async function untilView(
  client: Client,
  id: string,
  { isOver, secondsMax }: { readonly isOver: (view: IntegrationView) => boolean; readonly secondsMax: number },
): Promise<IntegrationView> {
  return until(secondsMax, `waiting for "${id}"`, async () => {
    const view = await viewOf(client, id);
    return isOver(view) ? view : null;
  });
}

/** The task once it has ended. A failed one is thrown with its code. @throws CodedError SW_TIMEOUT */
export async function untilTask(client: Client, id: string, task: string, secondsMax: number): Promise<TaskView> {
  const ended = await until(secondsMax, `waiting for a task of "${id}"`, async () => {
    const { tasks } = await client.get(`${integrationPath(id)}/tasks`, taskListSchema);
    const found = tasks.find((one) => one.id === task);
    return found && (found.status === 'waiting' || found.status === 'working') ? null : (found ?? 'forgotten');
  });
  if (ended !== 'forgotten' && ended.status === 'done') return ended;
  throw ended === 'forgotten' ? forgotten(id) : failed(id, ended);
}

async function until<T>(secondsMax: number, doing: string, look: () => Promise<T | null>): Promise<T> {
  const giveUpAt = systemClock.now() + secondsMax * 1_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (systemClock.now() >= giveUpAt)
      throw new CodedError('SW_TIMEOUT', {
        doing,
        expected: `the end within ${secondsMax} s`,
        found: 'that it goes on',
        todo: 'Nothing was given up: look with syncwarden status, or wait longer with --timeout',
      });
    await pause(systemClock, lookEveryMs);
  }
}

function forgotten(id: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: `waiting for a task of "${id}"`,
    expected: 'to find it among the last ones',
    found: 'newer ones only',
    todo: 'Look for it in the history',
  });
}

function failed(id: string, { task, status, error }: TaskView): CodedError {
  const what = `The task ${task.kind} of "${id}" ended without a result`;
  if (error === null) return CodedError.revive('SW_NOT_NOW', `${what}: it was ${status}.`);
  return CodedError.revive(knownCode(error.code), `${what}: ${error.message}`);
}
