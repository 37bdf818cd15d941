/** A cardholder as it is answered: stored content, what the server computes at each reading, and what it leaves out. */
import type { Json, JsonObject } from '../../core/json.ts';
import { seededRandom } from '../seeded-random.ts';
import { portraitBase64 } from './portrait.ts';
import { formatWireDate } from './wire-date.ts';
import type { SipassWorld } from './world.ts';

/** The detail answer, or null when there is nobody of that token. */
export function cardholderDetail(world: SipassWorld, token: string): JsonObject | null {
  const data = world.cardholders.read(token);
  if (data === null) return null;
  const portrait = data['CardholderPortrait'] ?? (hasPortrait(world, token) ? portraitBase64 : null);
  return {
    ...withoutNulls(data),
    Attributes: onlyTrue(data['Attributes']),
    CustomFields: withoutEmptyValues(data['CustomFields']),
    ...(portrait === null ? {} : { CardholderPortrait: portrait }),
    ...computed(world, token),
    TraceDetails: traceDetails(world, data),
  };
}

/** A list item: the asked fields, and what is always there. */
export function cardholderItem(world: SipassWorld, token: string, fields: readonly string[]): JsonObject {
  const data = fields.every((field) => field === 'Status') ? {} : (world.cardholders.read(token) ?? {});
  const always = computed(world, token);
  const asked = fields
    .filter((field) => field in data || field === 'Status')
    .map((field) => [field, field === 'Status' ? always['Status'] : data[field]] as const)
    .filter((entry): entry is readonly [string, Json] => entry[1] !== undefined && entry[1] !== null);
  const { Status: _status, ...rest } = always;
  return { ...Object.fromEntries(asked), ...rest };
}

/** The token in a portrait's address; not the session token. */
export function portraitToken(world: SipassWorld, token: string): string {
  return seededRandom(`${world.options.seed}:portrait:${token}`).hex(64);
}

function computed(world: SipassWorld, token: string): JsonObject {
  const image = `imgId=${token}&token=${portraitToken(world, token)}&noCache=${world.clock.now()}${world.nextRead()}`;
  return {
    Token: token,
    Status: world.profile.status[world.statusOf(token)],
    // The misspelling is part of the wire contract.
    Potrait: `api/V1/cardholders/images?${image}`,
    _links: [],
  };
}

const hasPortrait = (world: SipassWorld, token: string) =>
  seededRandom(`${world.options.seed}:has-portrait:${token}`).chance(0.3);

/** Changes with every reading, as it would with every use of the badge. */
function traceDetails(world: SipassWorld, data: JsonObject): JsonObject {
  if (data['BaseCardNumber'] === '' || data['BaseCardNumber'] === undefined) return {};
  const read = world.nextRead();
  const point = world.site.accessPoints[read % world.site.accessPoints.length];
  return {
    CardLastUsed: formatWireDate(world.clock.now(), world.options.utcOffset),
    CardNumberLastUsed: data['BaseCardNumber'],
    LastApbLocation: `Area ${read % 7}`,
    PointName: point?.name ?? '',
  };
}

/** Members that are null are left out at the top, but stand inside rules and credentials. */
function withoutNulls(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

function onlyTrue(attributes: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(asObject(attributes)).filter(([, value]) => value === true));
}

function withoutEmptyValues(fields: Json | undefined): readonly Json[] {
  if (!Array.isArray(fields)) return [];
  return fields.map((field: Json) => {
    const { FieldValue: value, ...rest } = asObject(field);
    return value === null || value === undefined || value === '' ? rest : { ...rest, FieldValue: value };
  });
}

function asObject(value: Json | undefined): JsonObject {
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return value as JsonObject; // neither null nor an array; Array.isArray does not narrow readonly arrays
}
