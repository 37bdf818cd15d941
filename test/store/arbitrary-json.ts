/** Any JSON there is, with a liking for what goes wrong: names that objects inherit, empty parts, odd letters. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';

/** Few names, so that two records meet in many; half of them are ones that every object inherits, or that look like indices. */
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'b', 'at', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', '7', ''),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

const scalar = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    1,
    -0.5,
    1e21,
    'a',
    '',
    'Zürich ✓',
    'quote " and \\',
    'line\n',
    '\u2028',
    '\ud800',
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)), // JSON has no -0
  fc.string({ unit: 'binary', maxLength: 70 }),
);

/** An object as JSON.parse makes it: `__proto__` is a member like any other. */
const objectOf = (members: readonly (readonly [string, unknown])[]): JsonObject => {
  const object = {};
  for (const [member, value] of members)
    Object.defineProperty(object, member, { value, writable: true, enumerable: true, configurable: true });
  return object;
};

/** Any JSON, and any JSON object. */
export const { json, jsonObject } = fc.letrec<{ json: Json; jsonObject: JsonObject }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    tie('jsonObject'),
    tie('jsonObject'),
    fc.array(tie('json'), { maxLength: 3 }),
  ),
  jsonObject: fc.array(fc.tuple(name, tie('json')), { maxLength: 5 }).map(objectOf),
}));

/** A record and the one after a step: parts stay the same object, others change, appear and vanish at any depth. */
export const steps = fc
  .tuple(jsonObject, jsonObject, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }))
  .map(([before, other, choices]) => {
    let turn = 0;
    const choose = () => choices[turn++ % choices.length] === true;
    const mix = (one: JsonObject, two: JsonObject): JsonObject => {
      const members: [string, unknown][] = [];
      for (const member of new Set([...Object.keys(one), ...Object.keys(two)])) {
        const [old, fresh] = [own(one, member), own(two, member)];
        if (choose() && old !== undefined) members.push([member, old]);
        else if (isPlain(old) && isPlain(fresh) && choose()) members.push([member, mix(old, fresh)]);
        else if (fresh !== undefined) members.push([member, fresh]);
      }
      return objectOf(members);
    };
    return { before, after: mix(before, other) };
  });

const own = (object: JsonObject, member: string): Json | undefined =>
  Object.hasOwn(object, member) ? object[member] : undefined;

/** Whether a value is an object that is no array. */
export const isPlain = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Equal in every own member, `__proto__` and the sign of a zero included, and in nothing else. */
export const sameJson = (one: unknown, other: unknown) => expect(canonical(one)).toBe(canonical(other));

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([member, of]) => `${JSON.stringify(member)}:${canonical(of)}`)}}`;
}
