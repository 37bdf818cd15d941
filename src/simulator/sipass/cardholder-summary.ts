/** The few members of a cardholder that sorting, searching and the computed status need. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { StatusTable } from './profile.ts';
import { parseWireDate } from './wire-date.ts';

export interface CardholderSummary {
  readonly firstName: string;
  readonly lastName: string;
  readonly employeeNumber: string;
  /** Epoch milliseconds; null when the person has no such date. */
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly void: boolean;
  readonly workgroupId: number;
}

const text = z.string().catch('');
const shape = z.object({
  FirstName: text,
  LastName: text,
  EmployeeNumber: text,
  StartDate: text,
  EndDate: text,
  Attributes: z.object({ Void: z.boolean().catch(false) }).catch({ Void: false }),
  PrimaryWorkgroupId: z.coerce.number().int().catch(1),
});

export function summarise(data: JsonObject, utcOffset: string): CardholderSummary {
  const person = shape.parse(data);
  return {
    firstName: person.FirstName,
    lastName: person.LastName,
    employeeNumber: person.EmployeeNumber,
    startAt: parseWireDate(person.StartDate, utcOffset),
    endAt: parseWireDate(person.EndDate, utcOffset),
    void: person.Attributes.Void,
    workgroupId: person.PrimaryWorkgroupId,
  };
}

/**
 * The status the server computes at this moment. It changes with the clock, without any write. The order in which the
 * conditions are looked at is assumed.
 */
export function statusAt(
  summary: CardholderSummary,
  now: number,
  voidWorkgroups: ReadonlySet<number>,
): keyof StatusTable {
  if (summary.void) return 'void';
  if (voidWorkgroups.has(summary.workgroupId)) return 'workgroupVoid';
  if (summary.startAt !== null && now < summary.startAt) return 'beforeStart';
  if (summary.endAt !== null && now >= summary.endAt) return 'expired';
  return 'valid';
}
