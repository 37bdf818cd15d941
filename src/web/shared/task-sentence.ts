/** Tasks in words: what was asked for, and what came of it. */
import type { TaskView } from '../../http/plugin-api.ts';
import { counted } from './quantity.ts';
import type { StatusWord } from './statuses.ts';

const words: Record<TaskView['status'], StatusWord> = {
  waiting: { word: 'waiting', tone: 'calm' },
  working: { word: 'working', tone: 'busy' },
  done: { word: 'done', tone: 'ok' },
  failed: { word: 'failed', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'calm' },
  refused: { word: 'refused', tone: 'bad' },
};

export const taskWord = ({ status }: TaskView): StatusWord => words[status];

/** `Dry run (full)`. */
export function taskTitle({ task }: TaskView): string {
  switch (task.kind) {
    case 'dry-run':
      return `Dry run (${task.mode}${task.types === null ? '' : `, ${task.types.join(', ')}`})`;
    case 'entity':
      return `Synchronize ${task.of} ${task.key}`;
    case 'retry-rejected':
      return task.refs === 'all' ? 'Try all rejected records again' : `Try ${refsText(task.refs)} again`;
    case 'drop-rejected':
      return `Forget ${refsText(task.refs)}`;
    case 'rebuild-index':
      return 'Rebuild the entity index';
    case 'verify':
      return 'Verify by content';
    case 'take-over-run':
      return 'Take over the run';
    case 'remedy':
      return `Carry out ${task.rung}`;
  }
}

function refsText(refs: readonly { readonly type: string; readonly key: string }[]): string {
  const [first] = refs;
  return refs.length === 1 && first ? `${first.type} ${first.key}` : counted(refs.length, 'rejected record');
}

/** What came of it, in one sentence; null while it has not ended, or when there is nothing to tell. */
export function taskOutcome({ task, result, error }: TaskView): string | null {
  if (error !== null) return error.message;
  if (result === null) return null;
  switch (task.kind) {
    case 'dry-run':
      return dryRunText(result);
    case 'verify':
      return result['equal'] === true ? 'Both sides are equal.' : 'Both sides differ.';
    case 'retry-rejected':
    case 'drop-rejected':
      return `${counted(numberIn(result['count']), 'record')}.`;
    case 'take-over-run':
      return typeof result['from'] === 'string' ? `It was held by ${result['from']}.` : 'Nobody held a run.';
    case 'rebuild-index':
      return `${counted(total(countsIn(result['types'])), 'entity', 'entities')} found in the target.`;
    case 'entity':
      return entityText(result['entities']);
    case 'remedy':
      return typeof result['message'] === 'string' ? result['message'] : 'Done.';
  }
}

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0);
const total = (values: readonly unknown[]): number => values.reduce<number>((sum, value) => sum + numberIn(value), 0);

function countsIn(types: unknown): readonly unknown[] {
  return Array.isArray(types) ? types.map((type: { readonly count?: unknown }) => type.count) : [];
}

function dryRunText({ would, guard }: NonNullable<TaskView['result']>): string {
  const actions = typeof would === 'object' && would !== null ? Object.entries(would) : [];
  const parts = actions.flatMap(([action, byType]) => {
    const count = total(Object.values(byType ?? {}));
    return count === 0 ? [] : [`${count} to ${action === 'rejected' ? 'be rejected' : action}`];
  });
  const guarded = typeof guard === 'string' ? ` The guard (${guard}) would stop the deletes.` : '';
  return `${parts.length === 0 ? 'Nothing would be written' : parts.join(', ')}.${guarded}`;
}

function entityText(entities: unknown): string {
  if (!Array.isArray(entities) || entities.length === 0) return 'It yields nothing in the target.';
  const texts = entities.map(
    (one: { readonly type?: unknown; readonly action?: unknown }) => `${one.type} ${one.action}`,
  );
  return `${texts.join(', ')}.`;
}
