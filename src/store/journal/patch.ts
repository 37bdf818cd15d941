/**
 * In what one JSON object differs from another, as JSON text: what the journal writes instead of whole records.
 *
 * `set` holds new and changed members; where both sides have an object it is nested, anything else replaces what was
 * there. `drop` lists the paths of members that are gone.
 */
import type { Json, JsonObject } from '../../core/json.ts';

export interface Patch {
  readonly set?: JsonObject | undefined;
  readonly drop?: readonly Path[] | undefined;
}

/** The members of a patch as text, each empty when there is nothing to say. */
export interface PatchText {
  readonly set: string;
  readonly drop: string;
}

type Path = readonly string[];
type Mutable = { [name: string]: Json };

/** A path while it is walked down, from its end. */
interface Step {
  readonly name: string;
  readonly above: Step | null;
}

/**
 * The changes between two objects. Parts that are the same object on both sides are not looked into, so that the price
 * is that of what changed. A member that is `undefined` counts as absent, as it does in JSON text.
 *
 * Written as text at once, because this is the dearest part of a commit: an object in between would be made, walked
 * once more, and thrown away.
 *
 * @throws Error when something that changed is not JSON
 */
export function diff(before: JsonObject, after: JsonObject): PatchText {
  const drop: Path[] = [];
  const set = changes(before, after, null, drop);
  return { set, drop: drop.length === 0 ? '' : JSON.stringify(drop) };
}

/** The object after the changes; `before` is left alone, and unchanged parts are shared with it. */
export function apply(before: JsonObject, { set, drop }: Patch): JsonObject {
  let after = before;
  for (const path of drop ?? []) after = without(after, path);
  return set === undefined ? after : merged(after, set);
}

/** The text of the changed members as an object; empty when there are none. */
function changes(before: JsonObject, after: JsonObject, at: Step | null, drop: Path[]): string {
  let set = '';
  let common = 0;
  for (const name in after) {
    const value = after[name];
    if (value === undefined) continue;
    const old = member(before, name);
    if (old !== undefined) common += 1;
    if (old === value) continue;
    const change = isObject(old) && isObject(value) ? changes(old, value, { name, above: at }, drop) : textOf(value);
    if (change !== '') set += `${set === '' ? '{' : ','}${nameText(name)}${change}`;
  }
  // As many members as were met again: none is gone. (One that is `undefined` is counted, and looked at then.)
  for (const _ in before) common -= 1;
  if (common < 0) noteDropped(before, after, at, drop);
  return set === '' ? '' : `${set}}`;
}

function noteDropped(before: JsonObject, after: JsonObject, above: Step | null, drop: Path[]): void {
  for (const name of Object.keys(before))
    if (before[name] !== undefined && member(after, name) === undefined) drop.push(pathOf({ name, above }));
}

/** Texts of names with their colons: a machine has few, and writes them again and again. */
const nameTexts = new Map<string, string>();
const nameTextsMax = 10_000;

function nameText(name: string): string {
  let text = nameTexts.get(name);
  if (text === undefined) {
    text = `${JSON.stringify(name)}:`;
    if (nameTexts.size < nameTextsMax) nameTexts.set(name, text);
  }
  return text;
}

/**
 * JSON text of a value.
 *
 * @throws TypeError when it has none
 */
export function textOf(value: Json): string {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'string':
      return isPlainText(value) ? `"${value}"` : JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? itemsText(value) : membersText(value as JsonObject);
    default:
      throw new TypeError(`${typeof value} is not JSON`);
  }
}

function itemsText(items: readonly Json[]): string {
  let text = '';
  for (const item of items) text += `${text === '' ? '' : ','}${textOf(item)}`;
  return `[${text}]`;
}

function membersText(members: JsonObject): string {
  let text = '';
  for (const name in members) {
    const value = members[name];
    if (value !== undefined) text += `${text === '' ? '{' : ','}${nameText(name)}${textOf(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Whether JSON writes a text as it is, between quotes. */
function isPlainText(text: string): boolean {
  return text.length < 64 && /^[\w .:/|#@+-]*$/.test(text);
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

function pathOf(step: Step): Path {
  const path: string[] = [];
  for (let at: Step | null = step; at !== null; at = at.above) path.unshift(at.name);
  return path;
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
