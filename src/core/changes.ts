/** What a step changed, worked out from the records before and after it: for the timeline and the inspector. */
import type { Json, JsonObject } from './json.ts';
import type { InstanceRecord } from './record.ts';

export interface Change {
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
}

/** The differing leaves of two JSON values, at most `limit`; unchanged parts shared by both are skipped at once. */
export function changesBetween(before: Json, after: Json, limit: number): readonly Change[] {
  const found: Change[] = [];
  compare('', before, after, found, limit);
  return found;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compare(path: string, before: Json, after: Json, found: Change[], limit: number): void {
  if (before === after || found.length >= limit) return;
  if (!isObject(before) || !isObject(after)) {
    if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(path === '' ? key : `${path}.${key}`, before[key] ?? null, after[key] ?? null, found, limit);
  }
}

/**
 * What a step asked of the shell, one line each: `execute probe`, `set-timer after 10 s`. An execution or timer that
 * leaves the record because it is what the step heard was neither aborted nor cancelled.
 */
export function effectsBetween(
  before: InstanceRecord | null,
  after: InstanceRecord | null,
  event: { readonly type: string },
): readonly string[] {
  const executions = differ(before?.executions, after?.executions);
  const timers = differ(before?.timers, after?.timers);
  const actions = differ(before?.actions, after?.actions);
  return [
    ...executions.gone
      .filter(([child]) => event.type !== `xstate.done.actor.${child}` && event.type !== `xstate.error.actor.${child}`)
      .map(([, { src }]) => `abort ${src}`),
    ...timers.gone
      .filter(([id, timer]) => event.type !== (timer.event?.type ?? id))
      .map(([id]) => `cancel-timer ${id}`),
    ...executions.come.map(([, { src }]) => `execute ${src}`),
    ...timers.come.map(([id]) => `set-timer ${id}`),
    ...actions.come.map(([, { type }]) => `act ${type}`),
  ];
}

interface Differences<Item> {
  readonly gone: readonly (readonly [string, Item])[];
  readonly come: readonly (readonly [string, Item])[];
}

function differ<Item>(
  before: { readonly [id: string]: Item } = {},
  after: { readonly [id: string]: Item } = {},
): Differences<Item> {
  if (before === after) return { gone: [], come: [] };
  const isSame = (id: string) => JSON.stringify(before[id]) === JSON.stringify(after[id]);
  return {
    gone: Object.entries(before).filter(([id]) => !isSame(id)),
    come: Object.entries(after).filter(([id]) => !isSame(id)),
  };
}
