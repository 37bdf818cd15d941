/** The entity types of the simulated Security Center, and which properties each has: names, kinds and limits as data. */

/** How a property is written. `fixed` is read only; `activation` is written only. */
export type PropertyKind =
  | 'text'
  | 'whole'
  | 'flag'
  | 'collection'
  | 'state'
  | 'activation'
  | 'format'
  | 'cardholder'
  | 'fixed';

export interface PropertyType {
  /** Spelt as it is shown; asked for in any case. */
  readonly name: string;
  readonly kind: PropertyKind;
  /** Longest text in UTF-16 code units; null where only the request line bounds it. */
  readonly lengthMax: number | null;
}

export interface EntityType {
  readonly name: string;
  /** Number in the SDK's enumeration. */
  readonly number: number;
  /** Whether `NewEntity` makes one. */
  readonly creatable: boolean;
  /** Properties by lower-case name, the base properties first. */
  readonly properties: ReadonlyMap<string, PropertyType>;
}

/** Longest text of these columns in the Directory's database, as one site's tables show it. */
const columnLength = 100;

const of =
  (kind: PropertyKind, lengthMax: number | null = null) =>
  (...names: readonly string[]): readonly PropertyType[] =>
    names.map((name) => ({ name, kind, lengthMax }));
const column = of('text', columnLength);
const fixed = of('fixed');

const base: readonly PropertyType[] = [
  ...fixed('Guid'),
  ...column('Name', 'Description'),
  ...of('whole')('LogicalId'),
  ...fixed('EntityType', 'EntitySubType', 'CreatedOn', 'ModifiedOn', 'IsOnline', 'RunningState', 'IsInMaintenance'),
  ...fixed('OwnerRole', 'OwnerRoleType', 'Synchronized', 'HiddenFromUI', 'CustomFields'),
];

/** Names of the properties that `entity/basic` shows. */
export const baseProperties: readonly string[] = base.map(({ name }) => name);

const validity: readonly PropertyType[] = [
  ...of('state')('State'),
  ...of('activation')('ActivationMode'),
  ...fixed('Status', 'ActivationDate', 'ExpirationDate'),
];

function entityType(
  name: string,
  number: number,
  creatable: boolean,
  ...own: readonly (readonly PropertyType[])[]
): EntityType {
  const all = [...base, ...own.flat()];
  return { name, number, creatable, properties: new Map(all.map((one) => [one.name.toLowerCase(), one])) };
}

const types: readonly EntityType[] = [
  entityType('Alarm', 3, true, of('whole')('Priority')),
  entityType('Area', 5, true),
  entityType(
    'Cardholder',
    7,
    true,
    column('FirstName', 'LastName', 'MobilePhoneNumber'),
    of('text')('EmailAddress'),
    validity,
    of('collection')('Credentials', 'Groups'),
    of('flag')('CanEscort', 'AntipassbackExemption'),
  ),
  entityType('CardholderGroup', 8, true, of('collection')('Members')),
  entityType('Credential', 9, true, of('format')('Format'), of('cardholder')('CardholderGuid', 'Cardholder'), validity),
  entityType('Door', 11, true),
  entityType('Elevator', 12, true, of('collection')('Floors')),
  entityType('Role', 13, false, fixed('Type', 'SubType', 'CurrentServer', 'RoleServers')),
  entityType('Partition', 15, true, of('collection')('Members')),
  // Units and intrusion entities come from the roles that own them, never from a client.
  entityType('Unit', 19, false, fixed('TimeZone')),
  entityType('IntrusionArea', 35, false),
  entityType('IntrusionUnit', 36, false, fixed('TimeZone')),
  entityType('Server', 37, false, fixed('FullyQualifiedName', 'IsMainServer', 'Version', 'TimeZone')),
];

const byName = new Map(
  types.flatMap((type) => [type.name.toLowerCase(), String(type.number)].map((key) => [key, type])),
);

/** Names of all types. */
export const entityTypeNames: readonly string[] = types.map(({ name }) => name);

/** A type by its name in any case, or by its number. */
export function entityTypeOf(nameOrNumber: string): EntityType | undefined {
  return byName.get(nameOrNumber.toLowerCase());
}

/** A property of a type by its name in any case. */
export function propertyOf(type: string, name: string): PropertyType | undefined {
  return entityTypeOf(type)?.properties.get(name.toLowerCase());
}
