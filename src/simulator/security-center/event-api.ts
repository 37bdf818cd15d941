/**
 * `/events/RaiseEvent` and `/events/RaiseCustomEvent`, which are documented, and the report of custom events, whose name
 * and columns are assumed.
 */
import type { Json } from '../../core/json.ts';
import type { Entity } from './entity.ts';
import type { Clause } from './query.ts';
import { entityGone, invalidValue, Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Native types that can be raised, those to which the vendor's plugin maps; others are refused. Assumed. */
const nativeTypes: ReadonlySet<string> = new Set(
  `accessgranted accessrefused acfail batteryfail lowbattery peoplecountreset unitconnected unitdisconnected`.split(
    ' ',
  ),
);

/** What a request may see. */
export interface EventView {
  readonly world: World;
  readonly hides: (entity: Entity) => boolean;
}

/** Raises a native event on an entity. @throws Refusal */
export function raiseEvent({ world, hides }: EventView, [type = '', reference = '']: readonly string[]): Json {
  if (!nativeTypes.has(type.toLowerCase())) throw invalidValue('EventType', type);
  const entity = entityOf({ world, hides }, reference);
  const named = { entity: entity.id, entityType: entity.type };
  world.raised.add({ type, customEventId: null, message: '', ...named });
  return null;
}

/** Raises a custom event on an entity, with a message. @throws Refusal */
export function raiseCustomEvent(
  { world, hides }: EventView,
  [id = '', reference = '', message = '']: readonly string[],
): Json {
  const customEventId = /^\d{1,9}$/.test(id) ? Number(id) : 0;
  if (customEventId < 1 || customEventId > world.options.customEvents) throw invalidValue('CustomEventId', id);
  const entity = entityOf({ world, hides }, reference);
  const named = { entity: entity.id, entityType: entity.type };
  world.raised.add({ type: 'CustomEvent', customEventId, message, ...named });
  return null;
}

/** The custom events of a time range, oldest first; like every activity report it needs a range and a filter. */
export function customEventReport(
  { world, hides }: EventView,
  clauses: readonly Clause[],
): { readonly rows: readonly Json[]; readonly cut: boolean } {
  const { from, to } = rangeOf(clauses);
  const found = world.raised.within(from, to).filter(({ type, entity }) => {
    const known = world.table.find(entity);
    return type === 'CustomEvent' && (known === undefined || !hides(known));
  });
  const { rowsMax } = world.options;
  const rows = found.slice(0, rowsMax).map(({ at, customEventId, entity, message }) => ({
    CustomEventId: customEventId,
    SourceGuid: entity,
    Timestamp: new Date(at).toISOString(),
    Message: message,
  }));
  return { rows, cut: found.length > rowsMax };
}

function rangeOf(clauses: readonly Clause[]): { readonly from: number; readonly to: number } {
  const call = clauses.find((clause) => clause.op === 'call' && /^TimeRange\.SetTimeRange$/i.test(clause.method));
  const [from, to] = call?.op === 'call' ? call.args.map((time) => Date.parse(time)) : [];
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to))
    throw new Refusal('InvalidOperation', 'A time range is needed');
  const page = clauses.find((clause) => 'property' in clause && /^page(size)?$/i.test(clause.property));
  if (page !== undefined && 'property' in page)
    throw new Refusal('InvalidOperation', `Could not find property '${page.property}' from filter: '${page.property}'`);
  if (!clauses.some(({ op }) => op === 'add' || op === 'set' || op === 'replace'))
    throw new Refusal('InvalidOperation', 'At least one filter is needed');
  return { from, to };
}

function entityOf({ world, hides }: EventView, reference: string): Entity {
  const entity = world.table.find(reference);
  if (entity === undefined || hides(entity)) throw entityGone(reference);
  return entity;
}
