/** What a written cardholder must look like: nearly every member must be there, even when it says nothing. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { SipassProfile } from './profile.ts';
import { SipassError } from './sipass-error.ts';
import { parseWireDate } from './wire-date.ts';

/** Members without which the server fails with HTTP 500. That it does was seen; which ones exactly is assumed. */
const requiredMembers = [
  'AccessRules',
  'ApbWorkgroupId',
  'Attributes',
  'Credentials',
  'EmployeeNumber',
  'EndDate',
  'FirstName',
  'GeneralInformation',
  'LastName',
  'NonPartitionWorkGroups',
  'PersonalDetails',
  'PrimaryWorkgroupId',
  'PrimaryWorkgroupName',
  'SmartCardProfileId',
  'StartDate',
  'Status',
  'Token',
  'TraceDetails',
  'Vehicle1',
  'Vehicle2',
  'VisitorDetails',
] as const;

const contactMembers = ['Email', 'MobileNumber', 'PagerNumber', 'PhoneNumber', 'UseEmailforMessageForward'];

/** Computed at each reading, or only meant for writing: never stored. */
const notStored = new Set(['Status', 'TraceDetails', 'Potrait', '_links', '_embedded', 'IsImageChanged']);

const objectSchema = z.record(z.string(), z.json());
const nameSchema = z.object({ FirstName: z.string().min(1).max(200), LastName: z.string().min(1).max(200) });

/**
 * The content to store.
 * @throws SipassError 903 with HTTP 500 for a missing member, 909 for a value that is not understood
 */
export function parseWrittenCardholder(text: string, profile: SipassProfile, utcOffset: string): JsonObject {
  const body = parseObject(text);
  requireMembers(body, requiredMembers, '');
  const contact = asObject(asObject(body['PersonalDetails'])['ContactDetails']);
  const needed = profile.managerEmailAddress ? [...contactMembers, 'ManagerEmailAddress'] : contactMembers;
  requireMembers(contact, needed, 'PersonalDetails.ContactDetails.');
  const names = nameSchema.safeParse(body);
  if (!names.success) throw new SipassError(909, 'FirstName and LastName must not be empty');
  for (const member of ['StartDate', 'EndDate']) {
    const value = body[member];
    if (typeof value !== 'string' || parseWireDate(value, utcOffset) === null) throw new SipassError(909, member);
  }
  return Object.fromEntries(Object.entries(body).filter(([member]) => !notStored.has(member)));
}

function parseObject(text: string): JsonObject {
  try {
    return objectSchema.parse(JSON.parse(text));
  } catch {
    throw new SipassError(909, 'the body is not a JSON object');
  }
}

function requireMembers(object: JsonObject, members: readonly string[], path: string): void {
  const missing = members.find((member) => !(member in object));
  if (missing !== undefined) throw new SipassError(903, `${path}${missing} is missing`);
}

const asObject = (value: unknown): JsonObject => objectSchema.catch({}).parse(value);
