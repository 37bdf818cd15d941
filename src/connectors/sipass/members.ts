/**
 * The kinds of members that SiPass objects are made of. The server leaves out what has its default value, or sends null
 * for it; missing, null and default therefore become one and the same.
 */
import { z } from 'zod';
import { utcDate } from './date.ts';

/** A server-given id: digits as text, or (workgroups) as a number. `-1` stands for an object that is not created yet. */
export const tokenMember = z
  .union([z.string().min(1).max(200), z.number().int()])
  .transform(String)
  .refine((token) => token !== '-1', 'the token of an existing object');

/** Text; null for none. */
export const textMember = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));

/** A whole number, also as text; 0 for none. */
export const wholeMember = z
  .union([z.number().int(), z.string().regex(/^\s*-?\d*\s*$/, 'a whole number')])
  .nullish()
  .transform((value) => Number(value ?? 0));

/** A flag; false for none. */
export const flagMember = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** An id of another object; null for none, which the server also writes as 0. */
export const referenceMember = textMember.transform((value) => (value === '0' ? null : value));

/** A date as UTC ISO text; null for none. What is there but is no date is refused: it could mean the end of a right. */
export const dateMember = (offsetMinutes: number) =>
  textMember.transform((value, context) => {
    const date = utcDate(value, offsetMinutes);
    if (date !== undefined) return date;
    context.addIssue({ code: 'custom', message: 'Invalid input: expected an ISO 8601 date' });
    return z.NEVER;
  });

/** A list; empty for none. */
export const listMember = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** An object; one whose members are all missing for none. */
export const objectMember = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => value ?? {}, z.looseObject(shape));
