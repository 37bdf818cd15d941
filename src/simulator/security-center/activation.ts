/** State and validity of cardholders and credentials: what is set, and what the clock makes of it. */
import type { Json } from '../../core/json.ts';
import type { Entity } from './entity.ts';
import type { Value } from './query.ts';
import { invalidValue } from './refusal.ts';

/** States in the order of their numbers, which differ between the two types. */
const states: { readonly [type: string]: readonly string[] } = {
  Cardholder: ['Active', 'Inactive', 'Expired', 'Lost', 'Stolen'],
  Credential: ['Active', 'Expired', 'Inactive', 'Lost', 'Stolen', 'Requested'],
};

/** Sets the state by name or number. */
export function setState(entity: Entity, text: string): void {
  const known = states[entity.type] ?? [];
  const state = known.find((name, number) => name.toLowerCase() === text.toLowerCase() || String(number) === text);
  if (state === undefined) throw invalidValue('State', text);
  entity.properties.set('state', state);
}

/** Sets the dates: they have no setter of their own. */
export function setActivation(entity: Entity, value: Value, now: number): void {
  if (value.kind !== 'call') throw invalidValue('ActivationMode', 'not a call');
  const [first = '', second = ''] = value.args;
  const set = (from: string | null, until: string) => {
    if (from !== null) entity.properties.set('activationdate', from);
    entity.properties.set('expirationdate', until);
  };
  if (value.name === 'SpecificActivationPeriod' && value.args.length === 2) {
    const [from, until] = [dateOf(first), dateOf(second)];
    if (from >= until) throw invalidValue('ActivationMode', `it ends at ${until}, before it begins`);
    set(from, until);
  } else if (value.name === 'SpecificDeactivation' && value.args.length === 1) set(null, dateOf(first));
  else if (value.name === 'RelativeDeactivation' && value.args.length === 1) set(null, iso(now + spanMs(first)));
  else throw invalidValue('ActivationMode', `${value.name} with ${value.args.length} arguments`);
}

/** Before its activation an entity shows as inactive, after its expiration as expired. */
export function shownState(entity: Entity, now: number): string {
  const state = String(entity.properties.get('state') ?? 'Active');
  if (state !== 'Active') return state;
  const at = (date: string) => Date.parse(String(entity.properties.get(date) ?? ''));
  if (at('activationdate') > now) return 'Inactive';
  return at('expirationdate') <= now ? 'Expired' : state;
}

/** The number of a state in the enumeration of the entity's type. */
export function stateNumber(entity: Entity, state: string): number {
  return (states[entity.type] ?? []).indexOf(state);
}

/** State and dates as one object; dates that were never set are left out. */
export function statusOf(entity: Entity, state: Json): Json {
  const from = entity.properties.get('activationdate');
  const until = entity.properties.get('expirationdate');
  return {
    State: state,
    ...(from === undefined ? {} : { ActivationDate: from }),
    ...(until === undefined ? {} : { ExpirationDate: until }),
  };
}

function dateOf(text: string): string {
  const at = Date.parse(text);
  if (!Number.isFinite(at)) throw invalidValue('ActivationMode', text);
  return iso(at);
}

/** UTC to the second. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** `d.hh:mm:ss` or `hh:mm:ss`. */
function spanMs(text: string): number {
  const parts = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text);
  if (!parts) throw invalidValue('ActivationMode', text);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
