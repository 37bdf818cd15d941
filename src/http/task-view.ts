/** Tasks as they are shown: what waits, what is under way, and what became of the last ones. */
import type { TaskRecord, TaskRequest, TasksMemory } from '../../machines/task.ts';
import { shownMembers, shownText } from './disclosure.ts';
import type { TaskView } from './plugin-api.ts';
import { reasonView } from './reason-view.ts';

/** Newest first. */
export function taskViews({ waiting, current, ended }: TasksMemory): TaskView[] {
  const open = { endedAt: null, result: null, error: null };
  return [
    ...waiting.map((task): TaskView => ({ ...askedFor(task), ...open, startedAt: null, status: 'waiting' })).reverse(),
    ...(current === null
      ? []
      : [{ ...askedFor(current), ...open, startedAt: current.startedAt, status: 'working' as const }]),
    ...ended.map(endedView).reverse(),
  ];
}

function askedFor({ id, task, requestedBy, requestedAt }: TaskRequest) {
  return { id, task, requestedBy: shownText(requestedBy), requestedAt };
}

function endedView(record: TaskRecord): TaskView {
  const { startedAt, endedAt, outcome, result, error } = record;
  return {
    ...askedFor(record),
    startedAt,
    endedAt,
    status: outcome,
    result: result && shownMembers(result),
    error: reasonView(error),
  };
}
