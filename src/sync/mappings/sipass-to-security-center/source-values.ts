/**
 * The members of SiPass records that the mapping uses, parsed leniently at this boundary: a member that is missing or of
 * an unexpected type becomes its default, so that one odd member never costs the whole record.
 */
import { z } from 'zod';
import type { JsonObject } from '../../../core/json.ts';

/** A member in the form that is used here, whatever comes: one step for each, because every person has dozens. */
function lenient<Out>(form: (value: unknown) => Out): z.core.$ZodType<Out, unknown> {
  const schema = new z.core.$ZodTransform({ type: 'transform', transform: form });
  return schema as z.core.$ZodType<Out, unknown>; // `form` makes what comes out
}

const text = lenient((value) => (typeof value === 'string' ? value : Number.isFinite(value) ? String(value) : null));
const flag = lenient((value) => value === true);
const int = lenient((value) => (Number.isSafeInteger(value) ? (value as number) : null)); // a number, as was just seen

/** A list in which what is not an object of the wanted shape is dropped. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.flatMap((one) => {
        const parsed = item.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      }),
    );

/** Workgroup types of SiPass: 0 department, 1 contractor, 2 other, 3 visitor. */
export const visitorWorkgroup = 3;

const workgroupSchema = z.object({ name: text, type: int });
const placeSchema = z.object({ name: text });

const credentialSchema = z.object({
  cardNumber: text,
  facilityCode: z.coerce.number().int().min(0).nullable().catch(null),
  profileName: text,
  startDate: text,
  endDate: text,
  active: lenient((value) => (typeof value === 'boolean' ? value : null)),
});

const cardholderSchema = z.object({
  firstName: text,
  lastName: text,
  email: text,
  mobileNumber: text,
  startDate: text,
  endDate: text,
  void: flag,
  primaryWorkgroupId: text,
  nonPartitionWorkgroups: listOf(z.object({ workgroupId: text })),
  credentials: listOf(credentialSchema),
});

export type CardholderValue = z.output<typeof cardholderSchema>;
export type CredentialValue = z.output<typeof credentialSchema>;

export const parseWorkgroup = (value: JsonObject) => workgroupSchema.parse(value);
export const parsePlace = (value: JsonObject) => placeSchema.parse(value);
export const parseCardholder = (value: JsonObject): CardholderValue => cardholderSchema.parse(value);
