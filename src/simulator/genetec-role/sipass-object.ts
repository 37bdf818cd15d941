/** The objects of SiPass that the proxy reads, of their members those that become properties of entities. */
import { z } from 'zod';

/** Members with a default value are left out on the wire. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

export const objectSchema = z.object({ Token: text, Name: text });
export type SipassObject = z.output<typeof objectSchema>;

export const workgroupSchema = z.object({ Token: text, Name: text, Type: z.number().default(0) });
export type SipassWorkgroup = z.output<typeof workgroupSchema>;

export const cardholderSchema = z.object({
  Token: text,
  FirstName: text,
  LastName: text,
  EmployeeNumber: text,
  Attributes: z.object({ Void: flag }).prefault({}),
  PrimaryWorkgroupId: text,
  NonPartitionWorkGroups: list(z.object({ WorkGroupId: text })),
  Credentials: list(
    z.object({ CardNumber: text, FacilityCode: text, CardTechnologyCode: z.number().nullish(), Active: flag }),
  ),
  PersonalDetails: z
    .object({
      Title: text,
      PayrollNumber: text,
      ContactDetails: z.object({ Email: text, PhoneNumber: text }).prefault({}),
    })
    .prefault({}),
});
export type SipassCardholder = z.output<typeof cardholderSchema>;

/** Rows of a list, in an envelope or as a bare array: both were seen. */
export const rowsSchema = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && 'Records' in value ? value.Records : value),
  z.array(z.looseObject({ Token: text })),
);
export type SipassRow = z.output<typeof rowsSchema>[number];
