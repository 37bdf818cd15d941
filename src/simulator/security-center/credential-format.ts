/** The card formats: which arguments each takes, within which bounds, and how a format is shown. */
import type { Json } from '../../core/json.ts';
import type { Entity, EntityTable } from './entity.ts';
import type { Value } from './query.ts';
import { invalidValue, Refusal } from './refusal.ts';

interface CardFormat {
  readonly name: string;
  readonly bits: number;
  readonly facilityMax: bigint | null;
  readonly cardMax: bigint;
}

const bits = (count: number) => (1n << BigInt(count)) - 1n;

/** By class name without its ending. Sizes are those of the published formats. */
const cardFormats: readonly CardFormat[] = [
  { name: 'WiegandStandard', bits: 26, facilityMax: bits(8), cardMax: bits(16) },
  { name: 'WiegandH10302', bits: 37, facilityMax: null, cardMax: bits(35) },
  { name: 'WiegandH10304', bits: 37, facilityMax: bits(16), cardMax: bits(19) },
  { name: 'WiegandH10306', bits: 34, facilityMax: bits(16), cardMax: bits(16) },
  { name: 'WiegandCorporate1000', bits: 35, facilityMax: bits(12), cardMax: bits(20) },
  { name: 'WiegandCsn32', bits: 32, facilityMax: null, cardMax: bits(32) },
];

/** Sets the format. Two credentials of one content are refused. */
export function setFormat(table: EntityTable, entity: Entity, value: Value): void {
  if (value.kind !== 'call') throw invalidValue('Format', 'not a format');
  const shown = licensePlate(value) ?? card(value);
  const unique = String(shown['UniqueId']);
  const twin = table.withValue('Credential', 'uniqueid', unique).find((other) => other !== entity);
  if (twin) throw new Refusal('InvalidOperation', `A credential with the same format exists: ${twin.id}`);
  table.set(entity, 'uniqueid', unique);
  entity.properties.set('format', shown);
}

type Shown = { readonly [member: string]: Json };
type Call = Extract<Value, { kind: 'call' }>;

function licensePlate({ name, args }: Call): Shown | null {
  if (name !== 'LicensePlateCredentialFormat') return null;
  const [plate = ''] = args;
  if (args.length !== 1 || plate === '') throw invalidValue('Format', `${name} takes one text`);
  return { Type: name, Name: 'License plate', LicensePlate: plate, UniqueId: `${name}|${plate}` };
}

function card({ name, args }: Call): Shown {
  const written = /^(?:Wiegand)?(\w+)CredentialFormat$/i.exec(name)?.[1]?.toLowerCase();
  const format = cardFormats.find((one) => one.name.slice('Wiegand'.length).toLowerCase() === written);
  if (!format) throw invalidValue('Format', `unknown format ${name}`);
  const expected = format.facilityMax === null ? 1 : 2;
  const numbers = args.map((argument) => (/^\d{1,19}$/.test(argument) ? BigInt(argument) : -1n));
  const [cardId = -1n, facility = null] = [...numbers].reverse();
  const fits = cardId >= 0n && cardId <= format.cardMax;
  const facilityFits = facility === null || (facility >= 0n && facility <= (format.facilityMax ?? -1n));
  if (args.length !== expected || !fits || !facilityFits)
    throw invalidValue('Format', `${name}(${args.join(',')}) is out of its bounds`);
  const type = `${format.name}CredentialFormat`;
  return {
    Type: type,
    Name: format.name,
    BitLength: format.bits,
    ...(facility === null ? {} : { Facility: Number(facility) }),
    CardId: String(cardId),
    UniqueId: [type, ...numbers].join('|'),
  };
}

/** The format as it is read; `combined` writes facility and card into one text. */
export function shownFormat(entity: Entity, form: 'members' | 'combined'): Json {
  const format = (entity.properties.get('format') ?? null) as Shown | null; // only setFormat sets it
  if (format === null || form === 'members' || format['Facility'] === undefined) return format;
  const { Facility, CardId, ...others } = format;
  return { ...others, CardId: `${Facility} | ${CardId}` };
}
