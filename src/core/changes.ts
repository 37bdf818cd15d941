/** What a step changed in a context: paths with their values before and after, bounded. */
import type { Json, JsonObject } from './json.ts';

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
