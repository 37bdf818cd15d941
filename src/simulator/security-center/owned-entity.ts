/** The content of an entity that a role owns, and how it is written into the entity. */
import { z } from 'zod';
import { setState } from './activation.ts';
import { setFormat } from './credential-format.ts';
import { type Entity, textOf } from './entity.ts';
import { propertyOf } from './entity-types.ts';
import { noSuchProperty } from './refusal.ts';
import { assign, join, leave, membersOf } from './relations.ts';
import type { World } from './world.ts';

export const ownedEntitySchema = z.strictObject({
  /** The role's own name for it, unique within role and type. Nothing shows it. */
  key: z.string().min(1).max(200),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  customFields: z.record(z.string(), z.string()).optional(),
  /** A card format by the name of its class, and its arguments. */
  format: z.strictObject({ name: z.string(), args: z.array(z.string()) }).optional(),
  /** Keys of the role's own groups that a cardholder is a member of; memberships in other groups stay. */
  groups: z.array(z.string()).optional(),
  /** Key of the holder of a credential. */
  cardholder: z.string().optional(),
});

export type OwnedEntity = z.output<typeof ownedEntitySchema>;

type Content = { readonly [member in keyof Omit<OwnedEntity, 'key'>]?: OwnedEntity[member] | undefined };
/** Id of an entity of the same role. */
type IdOf = (type: string, key: string) => string | undefined;

/** Longest name that the Directory's database takes. */
const nameLengthMax = 100;

/** Writes what is given and leaves the rest. Throws a `Refusal` for what the platform does not take. */
export function writeContent(world: World, entity: Entity, content: Content, idOf: IdOf): void {
  const { table } = world;
  if (content.format) setFormat(table, entity, { kind: 'call', ...content.format });
  for (const [name, value] of Object.entries(content.properties ?? {})) {
    const property = propertyOf(entity.type, name);
    if (!property) throw noSuchProperty('CannotSetProperty', entity.type, name);
    if (property.kind === 'state') setState(entity, String(value));
    else table.set(entity, name, typeof value === 'string' ? value.slice(0, nameLengthMax) : value);
  }
  for (const [name, value] of Object.entries(content.customFields ?? {})) entity.customFields.set(name, value);
  if (content.cardholder !== undefined) setHolder(world, entity, idOf('Cardholder', content.cardholder));
  if (content.groups) setGroups(world, entity, new Set(content.groups.map((key) => idOf('CardholderGroup', key))));
}

/** Assigning anew what is assigned already would count as a change of the order of credentials. */
function setHolder({ table }: World, credential: Entity, id: string | undefined): void {
  const holder = id === undefined ? undefined : table.find(id);
  if (credential.properties.get('cardholderguid') === holder?.id && holder) return;
  assign(table, credential, holder ?? null);
}

function setGroups({ table }: World, cardholder: Entity, wanted: ReadonlySet<string | undefined>): void {
  const isOwn = (id: string) => textOf(table.find(id) ?? cardholder, 'ownerrole') === textOf(cardholder, 'ownerrole');
  const own = membersOf(table, cardholder, 'groups').filter(isOwn);
  for (const id of own) if (!wanted.has(id)) leave(table, cardholder, 'Groups', id);
  for (const id of wanted) {
    if (id !== undefined && table.has(id) && !own.includes(id)) join(table, cardholder, 'Groups', id);
  }
}
