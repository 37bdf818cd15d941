/** A cardholder as the HR API sends it, and as a canonical value without what changes by itself. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import {
  dateMember,
  flagMember,
  listMember,
  objectMember,
  referenceMember,
  textMember,
  tokenMember,
  wholeMember,
} from './members.ts';
import type { SipassSettings } from './options.ts';
import { validityOf } from './validity.ts';

/**
 * The members that are read, under their names on the wire: `FiledName` is spelt so. Everything else is ignored, and with
 * it whatever changes without a write (`TraceDetails`, `Potrait`, `noCache`, images) and every PIN.
 */
export const cardholderReplySchema = (offsetMinutes: number) => {
  const date = dateMember(offsetMinutes);
  const rule = z.object({
    ObjectToken: textMember,
    ObjectName: textMember,
    RuleType: wholeMember,
    TimeScheduleToken: textMember,
    StartDate: date,
    EndDate: date,
  });
  return z.object({
    Token: tokenMember,
    FirstName: textMember,
    LastName: textMember,
    EmployeeNumber: textMember,
    GeneralInformation: textMember,
    Status: z.number().int().nullish(),
    StartDate: date,
    EndDate: date,
    Attributes: objectMember({ Void: flagMember, Visitor: flagMember, Isolate: flagMember }),
    PrimaryWorkgroupId: referenceMember,
    NonPartitionWorkGroups: listMember(z.object({ WorkGroupId: referenceMember })),
    AccessRules: listMember(rule),
    Credentials: listMember(
      z.object({
        CardNumber: textMember,
        FacilityCode: wholeMember,
        CardTechnologyCode: wholeMember,
        ProfileName: textMember,
        StartDate: date,
        EndDate: date,
        Active: flagMember,
      }),
    ),
    PersonalDetails: objectMember({
      ContactDetails: objectMember({ Email: textMember, MobileNumber: textMember, PhoneNumber: textMember }),
    }),
    CustomFields: listMember(z.object({ FiledName: textMember, FieldValue: textMember })),
  });
};

export type CardholderReply = z.output<ReturnType<typeof cardholderReplySchema>>;

/**
 * The canonical value. Lists without a meaningful order are sorted; credentials keep the server's order, because the
 * first of them is the one that counts elsewhere. `validity` depends on the clock of the server (or on `at` where it
 * gives no status) and is the one member that can change without a write.
 */
export function cardholderValue(reply: CardholderReply, settings: SipassSettings, at: number): JsonObject {
  const contact = reply.PersonalDetails.ContactDetails;
  const { Void, Visitor, Isolate } = reply.Attributes;
  const dates = { startDate: reply.StartDate, endDate: reply.EndDate };
  return {
    firstName: reply.FirstName,
    lastName: reply.LastName,
    employeeNumber: reply.EmployeeNumber,
    generalInformation: reply.GeneralInformation,
    email: contact.Email,
    mobileNumber: contact.MobileNumber,
    phoneNumber: contact.PhoneNumber,
    ...dates,
    void: Void,
    visitor: Visitor,
    isolate: Isolate,
    validity: validityOf({ void: Void, status: reply.Status ?? null, ...dates }, settings.profile, at),
    primaryWorkgroupId: reply.PrimaryWorkgroupId,
    nonPartitionWorkgroups: sorted(reply.NonPartitionWorkGroups.map((group) => ({ workgroupId: group.WorkGroupId }))),
    credentials: reply.Credentials.map((card) => ({
      cardNumber: card.CardNumber,
      facilityCode: card.FacilityCode,
      cardTechnologyCode: card.CardTechnologyCode,
      profileName: card.ProfileName,
      startDate: card.StartDate,
      endDate: card.EndDate,
      active: card.Active,
    })),
    accessRules: sorted(
      reply.AccessRules.map((rule) => ({
        objectToken: rule.ObjectToken,
        objectName: rule.ObjectName,
        ruleType: rule.RuleType,
        timeScheduleToken: rule.TimeScheduleToken,
        startDate: rule.StartDate,
        endDate: rule.EndDate,
      })),
    ),
    customFields: sorted(
      reply.CustomFields.filter((field) => field.FiledName !== null && field.FieldValue !== null).map((field) => ({
        name: field.FiledName,
        value: field.FieldValue,
      })),
    ),
  };
}

/** The items of a list are all made with their members in one order, so that equal ones have equal texts. */
function sorted(items: readonly JsonObject[]): readonly JsonObject[] {
  if (items.length < 2) return items;
  const keyed = items.map((item) => ({ item, text: JSON.stringify(item) }));
  return keyed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ item }) => item);
}
