/**
 * The kinds of members that SiPass objects are made of. The server leaves out what has its default value, or sends null
 * for it; missing, null and default therefore become one and the same.
 */
import { z } from 'zod';
import { utcDate } from './date.ts';

/**
 * What a schema accepts, in the one form that is used inside; `form` gets null for a member that is missing.
 *
 * A check that overwrites, and no `transform`: zod makes a closure for each transform that it runs, and a person has so
 * many members that parsing took up to six times as long.
 */
function canonical<In, Out>(accepted: z.ZodType<In>, form: (value: In | null) => Out): z.ZodType<Out> {
  const member: z.ZodType<In | null> = accepted.nullable().default(null);
  return overwritten(member, form);
}

function overwritten<In, Out>(schema: z.ZodType<In>, form: (value: In) => Out): z.ZodType<Out> {
  const checked = schema.check((payload) => {
    payload.value = form(payload.value) as unknown as In; // the type of a payload does not follow its value
  });
  return checked as unknown as z.ZodType<Out>; // nothing but what `form` gives comes out
}

/** A server-given id: digits as text, or (workgroups) as a number. `-1` stands for an object that is not created yet. */
export const tokenMember = overwritten(z.union([z.string().min(1).max(200), z.number().int()]), String).refine(
  (token) => token !== '-1',
  'the token of an existing object',
);

const text = z.union([z.string(), z.number()]);

const textOf = (value: string | number | null) => (value === null || value === '' ? null : String(value));

/** Text; null for none. */
export const textMember = canonical(text, textOf);

/** A whole number, also as text; 0 for none. */
export const wholeMember = canonical(
  z.union([z.number().int(), z.string().regex(/^\s*-?\d*\s*$/, 'a whole number')]),
  Number,
);

/** A flag; false for none. */
export const flagMember = canonical(z.boolean(), (value) => value ?? false);

/** An id of another object; null for none, which the server also writes as 0. */
export const referenceMember = overwritten(textMember, (id) => (id === '0' ? null : id));

/** A date as UTC ISO text; null for none. What is there but is no date is refused: it could mean the end of a right. */
export const dateMember = (offsetMinutes: number): z.ZodType<string | null> =>
  textMember.check((payload) => {
    const date = utcDate(payload.value, offsetMinutes);
    if (date !== undefined) payload.value = date;
    else
      payload.issues.push({
        code: 'custom',
        message: 'Invalid input: expected an ISO 8601 date',
        input: payload.value,
      });
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
