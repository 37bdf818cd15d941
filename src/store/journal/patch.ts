/**
 * In what one JSON object differs from another: what the journal writes instead of whole records.
 *
 * `set` holds new and changed members; where both sides have an object it is nested, anything else replaces what was
 * there. `drop` lists the paths of members that are gone.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { JsonWriter } from './json-writer.ts';

export interface Patch {
  readonly set?: JsonObject | undefined;
  readonly drop?: readonly Path[] | undefined;
}

type Path = readonly string[];
type Mutable = { [name: string]: Json };

/**
 * Writes the changed members as an object, and adds the paths of those that are gone to `dropped`. Answers whether
 * anything was written.
 *
 * Parts that are the same object on both sides are not looked into, so that the price is that of what changed. A member
 * that is `undefined` counts as absent, as it does in JSON text.
 *
 * @throws TypeError when something that changed is not JSON
 */
export function writeChanges(before: JsonObject, after: JsonObject, to: JsonWriter, dropped: string[][]): boolean {
  const begin = to.end;
  let isFirst = true;
  let common = 0;
  to.open();
  for (const name in after) {
    const value = after[name];
    if (value === undefined) continue;
    const old = member(before, name);
    if (old !== undefined) common += 1;
    if (old === value) continue;
    const mark = to.end;
    to.name(name, isFirst);
    if (!isObject(old) || !isObject(value)) to.json(value);
    else if (!writeNested(name, { old, value, to, dropped })) {
      to.end = mark;
      continue;
    }
    isFirst = false;
  }
  // As many members as were met again: none is gone. (One that is `undefined` is counted, and looked at then.)
  for (const _ in before) common -= 1;
  if (common < 0) noteDropped(before, after, dropped);
  if (isFirst) to.end = begin;
  else to.close();
  return !isFirst;
}

/** The object after the changes; `before` is left alone, and unchanged parts are shared with it. */
export function apply(before: JsonObject, { set, drop }: Patch): JsonObject {
  let after = before;
  for (const path of drop ?? []) after = without(after, path);
  return set === undefined ? after : merged(after, set);
}

interface Nested {
  readonly old: JsonObject;
  readonly value: JsonObject;
  readonly to: JsonWriter;
  readonly dropped: string[][];
}

function writeNested(name: string, { old, value, to, dropped }: Nested): boolean {
  const known = dropped.length;
  const isChanged = writeChanges(old, value, to, dropped);
  for (let at = known; at < dropped.length; at += 1) dropped[at]?.unshift(name);
  return isChanged;
}

function noteDropped(before: JsonObject, after: JsonObject, dropped: string[][]): void {
  for (const name of Object.keys(before))
    if (before[name] !== undefined && member(after, name) === undefined) dropped.push([name]);
}

function merged(before: JsonObject, set: JsonObject): JsonObject {
  const after: Mutable = { ...before };
  for (const name of Object.keys(set)) {
    const value = set[name] as Json; // its own name
    const old = member(before, name);
    put(after, name, isObject(old) && isObject(value) ? merged(old, value) : value);
  }
  return after;
}

function without(object: JsonObject, [name, ...rest]: Path): JsonObject {
  if (name === undefined || !Object.hasOwn(object, name)) return object;
  const after: Mutable = { ...object };
  const old = after[name];
  if (rest.length === 0) delete after[name];
  else if (isObject(old)) put(after, name, without(old, rest));
  return after;
}

/** A member of its own. What every object inherits under such a name is a function or the prototype: never JSON. */
function member(object: JsonObject, name: string): Json | undefined {
  const value: unknown = object[name];
  return typeof value === 'function' || value === Object.prototype ? undefined : (value as Json | undefined);
}

function put(object: Mutable, name: string, value: Json): void {
  // An assignment to this name would set the prototype.
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

/** Whether a value is merged member by member. */
export function isObject(value: Json | null | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
