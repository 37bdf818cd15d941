/**
 * The vendor's rules: which SiPass object becomes which entity (Genetec, SiPass plugin guide, "Synchronized SiPass
 * entities and properties" and "Synchronized SiPass cardholder properties"). Pure.
 */

import type { SipassCardholder, SipassObject, SipassWorkgroup } from './sipass-object.ts';
import type { SiteData } from './site-data.ts';
import type { EntitiesByType, SourceEntity } from './source-entity.ts';

/** The custom fields that come with the role, of those the simulated SiPass has values for. */
export const cardholderFields = ['Employee number', 'Title', 'Payroll number', 'Phone', 'Card number'] as const;

/** Workgroup type of visitors: the only workgroups that are synchronized. */
const visitorType = 3;

export interface SipassContent {
  readonly workgroups: readonly SipassWorkgroup[];
  /** In the simulated SiPass each access point stands for a doorset. */
  readonly doorsets: readonly SipassObject[];
  /** In the simulated SiPass each floor point group stands for a bank. */
  readonly banks: readonly SipassObject[];
  readonly cardholders: readonly SipassCardholder[];
}

/** Every entity of the site. */
export function entitiesOf(content: SipassContent, site: SiteData): EntitiesByType {
  const { workgroups, doorsets, banks, cardholders } = content;
  const areas = [...site.apbClusters.map((name) => `Cluster ${name}`), ...site.apbAreas];
  const groups = workgroups.filter(({ Type }) => Type === visitorType);
  return {
    Alarm: named(site.alarmClasses),
    Area: named(areas),
    IntrusionArea: named(site.intrusionAreas),
    Unit: named(site.units),
    IntrusionUnit: named(site.units),
    Door: objects(doorsets),
    Elevator: objects(banks),
    CardholderGroup: objects(groups),
    Cardholder: keyed(cardholders.map((cardholder) => cardholderEntity(cardholder))),
    Credential: keyed(cardholders.flatMap((cardholder) => credentialEntity(cardholder) ?? [])),
  };
}

/** A cardholder. Groups that are not synchronized are named as well: the role knows nothing of them, and passes over. */
export function cardholderEntity(cardholder: SipassCardholder): SourceEntity {
  const { FirstName, LastName, PersonalDetails: personal } = cardholder;
  const workgroups = [
    cardholder.PrimaryWorkgroupId,
    ...cardholder.NonPartitionWorkGroups.map(({ WorkGroupId }) => WorkGroupId),
  ];
  return {
    key: cardholder.Token,
    properties: {
      Name: [FirstName, LastName].filter(Boolean).join(' '),
      FirstName,
      LastName,
      EmailAddress: personal.ContactDetails.Email,
      State: cardholder.Attributes.Void ? 'Inactive' : 'Active',
    },
    customFields: {
      'Employee number': cardholder.EmployeeNumber,
      Title: personal.Title,
      'Payroll number': personal.PayrollNumber,
      Phone: personal.ContactDetails.PhoneNumber,
      'Card number': cardholder.Credentials[0]?.CardNumber ?? '',
    },
    groups: [...new Set(workgroups)],
  };
}

/** The first credential of a cardholder, the only one that is synchronized; null where it has no number. */
export function credentialEntity(cardholder: SipassCardholder): SourceEntity | null {
  const [first] = cardholder.Credentials;
  const card = first?.CardNumber.trim() ?? '';
  if (!first || card === '') return null;
  const name = first.CardTechnologyCode === 26 ? 'WiegandStandard' : 'WiegandCorporate1000';
  const digits = /^\d+$/.test(card) ? String(BigInt(card)) : card;
  return {
    key: cardholder.Token,
    properties: {
      Name: `${first.FacilityCode}-${digits}`,
      State: first.Active ? 'Active' : 'Inactive',
    },
    format: { name: `${name}CredentialFormat`, args: [String(first.FacilityCode), digits] },
    cardholder: cardholder.Token,
  };
}

const keyed = (entities: readonly SourceEntity[]) => new Map(entities.map((entity) => [entity.key, entity]));
const named = (names: readonly string[]) => keyed(names.map((name) => ({ key: name, properties: { Name: name } })));
const objects = (list: readonly SipassObject[]) =>
  keyed(list.map(({ Token, Name }) => ({ key: Token, properties: { Name } })));
