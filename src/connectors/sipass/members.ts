/**
 * The kinds of members that SiPass objects are made of. The server leaves out what has its default value, or sends null
 * for it; missing, null and default therefore become one and the same.
 */
import { z } from 'zod';
import { utcDate } from './date.ts';

/** What a schema accepts, in the one form that is used inside; `form` gets null for a member that is missing. */
function canonical<In, Out>(accepted: z.ZodType<In>, form: (value: In | null) => Out): z.ZodType<Out> {
  const member: z.ZodType<In | null> = accepted.nullable().default(null);
  return overwritten(member, form);
}

/** A check that overwrites, because a `transform` of zod makes a closure each time it runs. */
function overwritten<In, Out>(schema: z.ZodType<In>, form: (value: In) => Out): z.ZodType<Out> {
  const checked = schema.check((payload) => {
    payload.value = form(payload.value) as unknown as In; // the type of a payload does not follow its value
  });
  return checked as unknown as z.ZodType<Out>; // nothing but what `form` gives comes out
}

/** A member without members of its own. */
type PlainMember<Out> = z.core.$ZodType<Out, unknown>;

/**
 * A plain member: `form` gives the one form that is used inside, or undefined for what is not accepted.
 *
 * One step for each, and no chain of unions and defaults: a person has some sixty of them, and parsing was the largest
 * part of reading one.
 */
function plain<Out>(expected: string, form: (value: unknown) => Out | undefined): PlainMember<Out> {
  const schema = new z.core.$ZodTransform({
    type: 'transform',
    transform: (value, payload) => {
      const formed = form(value);
      if (formed === undefined) {
        payload.issues.push({ code: 'custom', message: `Invalid input: expected ${expected}`, input: value });
      }
      return formed;
    },
  });
  return schema as PlainMember<Out>; // an undefined comes with an issue, so nothing but `Out` comes out
}

/** A server-given id: digits as text, or (workgroups) as a number. `-1` stands for an object that is not created yet. */
export const tokenMember = overwritten(z.union([z.string().min(1).max(200), z.number().int()]), String).refine(
  (token) => token !== '-1',
  'the token of an existing object',
);

/** Null for none; undefined for what is no text. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  return Number.isFinite(value) ? String(value) : undefined;
}

/** Text; null for none. */
export const textMember = plain('text', textOf);

/** A whole number, also as text; 0 for none. */
export const wholeMember = plain('a whole number', (value) => {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^\s*-?\d*\s*$/.test(value) ? Number(value) : undefined;
});

/** A flag; false for none. */
export const flagMember = plain('a boolean', (value) => {
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : undefined;
});

/** An id of another object; null for none, which the server also writes as 0. */
export const referenceMember = plain('an id', (value) => {
  const id = textOf(value);
  return id === '0' ? null : id;
});

/** A date as UTC ISO text; null for none. What is there but is no date is refused: it could mean the end of a right. */
export const dateMember = (offsetMinutes: number): PlainMember<string | null> =>
  plain('an ISO 8601 date', (value) => {
    const text = textOf(value);
    return text === undefined ? undefined : utcDate(text, offsetMinutes);
  });

/** A list; empty for none. */
export const listMember = <Item>(item: z.ZodType<Item>) =>
  canonical(z.array(item), (items): readonly Item[] => items ?? []);

/** An object; one whose members are all missing for none. */
export const objectMember = <T extends z.ZodRawShape>(shape: T) => {
  const object = z.object(shape);
  const none = object.parse({});
  return canonical(object, (value) => value ?? none);
};
