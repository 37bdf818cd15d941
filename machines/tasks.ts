/** The region of tasks: a queue with a bound, one task at a time beside the runs, and what became of the last ones. */
import { assign, raise } from 'xstate';
import { type IntegrationContext, newMemory } from './context.ts';
import { timeOf } from './effect.ts';
import type { IntegrationEvent, Proof, Reason } from './events.ts';
import { foundation, type TaskAnswer } from './foundation.ts';
import { reasonOf } from './reason.ts';
import {
  isKnown,
  isPutBack,
  nextTask,
  type TaskRecord,
  type TaskRequest,
  type TasksMemory,
  tasksWaitingMax,
  withEnded,
} from './task.ts';

const isHeld = ({ holds }: IntegrationContext) => holds.length > 0;
const without = (waiting: readonly TaskRequest[], id: string) => waiting.filter((task) => task.id !== id);

function requested(event: IntegrationEvent): TaskRequest | null {
  if (event.type !== 'task.requested') return null;
  const { id, task, requestedBy } = event;
  return { id, task, requestedBy, requestedAt: timeOf(event) };
}

type Ending = Pick<TaskRecord, 'outcome' | 'result' | 'error'>;

/** The memory once the current task has ended in that way. */
function end(
  { tasks }: IntegrationContext,
  at: number,
  ending: Ending,
): { tasks: TasksMemory } | Record<string, never> {
  if (tasks.current === null) return {};
  return { tasks: withEnded({ ...tasks, current: null }, { ...tasks.current, endedAt: at, ...ending }) };
}

const full: Reason = { code: 'SW_MAILBOX_FULL', message: `${tasksWaitingMax} tasks wait already.` };

const tasksSetup = foundation.extend({
  actions: {
    queueTask: foundation.assign(({ context: { tasks }, event }) => {
      const request = requested(event);
      return request === null ? {} : { tasks: { ...tasks, waiting: [...tasks.waiting, request] } };
    }),
    refuseTask: foundation.assign(({ context: { tasks }, event }) => {
      const request = requested(event);
      if (request === null) return {};
      const record = { ...request, startedAt: null, endedAt: timeOf(event) };
      return { tasks: withEnded(tasks, { ...record, outcome: 'refused', result: null, error: full }) };
    }),
    dropTask: foundation.assign(({ context: { tasks }, event }) => {
      const request = event.type === 'task.cancelled' && tasks.waiting.find(({ id }) => id === event.id);
      if (!request) return {};
      const record = { ...request, startedAt: null, endedAt: timeOf(event) };
      const left = { ...tasks, waiting: without(tasks.waiting, request.id) };
      return { tasks: withEnded(left, { ...record, outcome: 'cancelled', result: null, error: null }) };
    }),
    beginTask: foundation.assign(({ context, event }) => {
      const next = nextTask(context.tasks, isHeld(context));
      if (next === null) return {};
      const waiting = without(context.tasks.waiting, next.id);
      return { tasks: { ...context.tasks, waiting, current: { ...next, startedAt: timeOf(event) } } };
    }),
    /** A hold stops it; it begins again when the hold is released, before the others. */
    putBackTask: foundation.assign(({ context: { tasks } }) => {
      if (tasks.current === null) return {};
      const { startedAt: _startedAt, ...request } = tasks.current;
      return { tasks: { ...tasks, current: null, waiting: [request, ...tasks.waiting] } };
    }),
    noteTaskDone: assign(({ context, event }, { result }: { result: TaskAnswer['result'] }) =>
      end(context, timeOf(event), { outcome: 'done', result, error: null }),
    ),
    noteTaskFailed: assign(({ context, event }, { error }: { error: Reason }) =>
      end(context, timeOf(event), { outcome: 'failed', result: null, error }),
    ),
    noteTaskCancelled: foundation.assign(({ context, event }) =>
      end(context, timeOf(event), { outcome: 'cancelled', result: null, error: null }),
    ),
    tellVerified: raise(({ context, event }, { proof }: { proof: Proof }) => ({
      type: 'verification.answered' as const,
      at: timeOf(event),
      proof,
      startedAt: context.tasks.current?.startedAt ?? timeOf(event),
    })),
  },
  guards: {
    isKnownTask: ({ context, event }) => event.type === 'task.requested' && isKnown(context.tasks, event.id),
    hasRoomForTask: ({ context }) => context.tasks.waiting.length < tasksWaitingMax,
    mayBeginTask: ({ context }) => nextTask(context.tasks, isHeld(context)) !== null,
    isCurrentTask: ({ context, event }) => event.type === 'task.cancelled' && event.id === context.tasks.current?.id,
    isWritingTask: ({ context: { tasks } }) => tasks.current !== null && isPutBack(tasks.current.task),
    isVerification: (_, { answer }: { answer: TaskAnswer }) => answer.proof !== null,
  },
});

export const tasksRegion = tasksSetup.createStateConfig({
  initial: 'waiting',
  on: {
    'task.requested': [
      { guard: 'isKnownTask' },
      { guard: 'hasRoomForTask', actions: ['queueTask'] },
      { actions: ['refuseTask'] },
    ],
    'task.cancelled': { actions: ['dropTask'] },
  },
  states: {
    waiting: { always: { guard: 'mayBeginTask', target: 'working', actions: ['beginTask'] } },
    working: {
      invoke: {
        id: 'task',
        src: 'task',
        input: ({ context }) => ({
          integration: context.id,
          id: context.tasks.current?.id ?? '',
          requestedBy: context.tasks.current?.requestedBy ?? '',
          task: context.tasks.current?.task ?? null,
        }),
        onDone: [
          {
            guard: { type: 'isVerification', params: ({ event }) => ({ answer: event.output }) },
            target: 'waiting',
            actions: [
              // The guard above holds that there is a proof.
              { type: 'tellVerified', params: ({ event }) => ({ proof: event.output.proof as Proof }) },
              { type: 'noteTaskDone', params: ({ event }) => ({ result: event.output.result }) },
            ],
          },
          {
            target: 'waiting',
            actions: [{ type: 'noteTaskDone', params: ({ event }) => ({ result: event.output.result }) }],
          },
        ],
        onError: {
          target: 'waiting',
          actions: [{ type: 'noteTaskFailed', params: ({ event }) => ({ error: reasonOf(event.error) }) }],
        },
      },
      on: {
        'task.cancelled': [
          { guard: 'isCurrentTask', target: 'waiting', actions: ['noteTaskCancelled'] },
          { actions: ['dropTask'] },
        ],
        'hold.placed': { guard: 'isWritingTask', target: 'waiting', actions: ['putBackTask'] },
      },
    },
  },
});

/** The tasks alone, to run, draw and test. */
export const tasksMachine = tasksSetup.createMachine({
  id: 'tasks@1',
  context: ({ input }) => newMemory(input),
  ...tasksRegion,
});
