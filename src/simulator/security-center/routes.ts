/** The routes below the base URI: which request is which piece of work. */
import type { Json } from '../../core/json.ts';
import type { Exchange } from '../exchange.ts';
import { defineCustomField, dropCustomField, readCustomField, writeCustomField } from './custom-field-api.ts';
import { blindness, type WebSdkFaultBox } from './domain-faults.ts';
import { type Asked, deleteEntity, readEntity, runEntityQuery } from './entity-api.ts';
import { customEventReport, raiseCustomEvent, raiseEvent } from './event-api.ts';
import type { Outcome } from './outcome.ts';
import { parseQuery } from './query.ts';
import { entityGone } from './refusal.ts';
import { runSearch } from './report-api.ts';
import { parseSearch } from './report-filter.ts';
import type { Session } from './sessions.ts';
import type { World } from './world.ts';

/** A request that was let in. */
export interface Call {
  readonly world: World;
  readonly faults: WebSdkFaultBox;
  readonly session: Session;
  readonly exchange: Exchange;
  /** Path below the base URI, decoded, without empty ends. */
  readonly segments: readonly string[];
}

/** Name of the route for the counters, and its work. */
export interface Route {
  readonly name: string;
  readonly run: () => Outcome;
}

/** Items of the licence, spelt exactly so, with the entity type that each counts. */
export const licenceItems: { readonly [item: string]: string } = { Camera: '', Cardholder: 'Cardholder', Door: 'Door' };

/** The route of a call; null where there is none. */
export function routeOf(call: Call): Route | null {
  const [noun = '', ...rest] = call.segments;
  const route = (name: string, run: () => Json): Route => ({ name, run: () => ({ status: 'Ok', result: run() }) });
  switch (`${call.exchange.method} ${noun.toLowerCase()}`) {
    case 'GET ':
      return rest.length === 0 ? route('/', () => null) : null;
    case 'GET entity':
    case 'POST entity':
    case 'DELETE entity':
      return entityRoute(call, rest, route);
    case 'GET report':
      return rest.length === 1 ? { name: `/report/${rest[0]}`, run: () => search(call, rest[0] ?? '') } : null;
    case 'GET licenseitemusage':
      return route('/licenseItemUsage', () => licenceUsage(call.world, rest[0]));
    case 'POST events':
      return eventRoute(call, rest, route);
    case 'POST creationpartition':
      return route('/creationpartition', () => choosePartition(call, rest[0] ?? ''));
    default:
      return noun.toLowerCase() === 'customfield' ? customFieldRoute(call, rest, route) : null;
  }
}

type MakeRoute = (name: string, run: () => Json) => Route;

function entityRoute(call: Call, rest: readonly string[], route: MakeRoute): Route | null {
  const { method } = call.exchange;
  const [first = '', second] = rest;
  if (rest.length > 2 || (rest.length === 0 && method === 'DELETE')) return null;
  if (rest.length === 0) {
    return route('/entity', () => {
      const rows = runEntityQuery(askedOf(call), parseQuery(queryOf(call)));
      return rows.length === 1 && call.world.options.single === 'object' ? (rows[0] ?? null) : rows;
    });
  }
  if (method === 'DELETE' && second === undefined)
    return route('/entity/{id}', () => deleteEntity(askedOf(call), first));
  if (method !== 'GET') return null;
  if (second === undefined) return route('/entity/{id}', () => readEntity(askedOf(call), 'all', first));
  const form = first.toLowerCase();
  if (form !== 'basic' && form !== 'exists') return null;
  return route(`/entity/${form}/{id}`, () => readEntity(askedOf(call), form, second));
}

function eventRoute(call: Call, [action = '', ...rest]: readonly string[], route: MakeRoute): Route | null {
  const { world } = call;
  const name = action.toLowerCase();
  const view = { world, hides: blindness(call.faults, { method: call.exchange.method, path: call.exchange.url }) };
  if (name === 'raiseevent' && rest.length === 2) return route('/events/RaiseEvent', () => raiseEvent(view, rest));
  // Without a message its segment is left out.
  if (name !== 'raisecustomevent' || rest.length < 2 || rest.length > 3) return null;
  return route('/events/RaiseCustomEvent', () => raiseCustomEvent(view, rest));
}

function search(call: Call, report: string): Outcome {
  const { world, faults, exchange } = call;
  const view = viewOf(call);
  const target = { method: exchange.method, path: exchange.url };
  if (report.toLowerCase() === 'customevents') {
    const clauses = parseQuery(queryOf(call));
    const { rows, cut } = customEventReport({ world, hides: blindness(faults, target) }, clauses);
    return { status: cut ? 'TooManyResults' : 'Ok', result: rows };
  }
  const filter = parseSearch(report, parseQuery(queryOf(call)), world.options.rowsMax);
  const repeatsRow = faults.take('duplicate-row', target) !== null;
  const { rows, cut } = runSearch(view, filter, { hides: blindness(faults, target), repeatsRow });
  return { status: cut ? 'TooManyResults' : 'Ok', result: rows };
}

/** Counts everything in the system, whatever the user may see. */
function licenceUsage({ table }: World, item: string | undefined): Json {
  const usage = (name: string) => ({ CurrentCount: table.count(licenceItems[name] ?? ''), MaximumCount: -1 });
  if (item !== undefined) return usage(item);
  return Object.keys(licenceItems).map((name) => ({ Name: name, ...usage(name) }));
}

function choosePartition({ world, session }: Call, reference: string): Json {
  const partition = world.table.find(reference);
  if (partition?.type !== 'Partition') throw entityGone(reference);
  session.creationPartition = partition.id;
  return null;
}

function customFieldRoute({ world, exchange }: Call, rest: readonly string[], route: MakeRoute): Route | null {
  const name = '/customField';
  const inQuery = exchange.query.get('val');
  const count = `${exchange.method} ${rest.length}`;
  // An empty default or value leaves its segment out.
  if (count === 'POST 4' || count === 'POST 3') return route(name, () => defineCustomField(world, rest));
  if (count === 'PUT 3' || count === 'PUT 2') return route(name, () => writeCustomField(world, rest, inQuery));
  if (count === 'GET 2') return route(name, () => readCustomField(world, rest));
  return count === 'DELETE 2' ? route(name, () => dropCustomField(world, rest)) : null;
}

/** The decoded `q`. `+` means a space in a query string, as every server reads it: a plus must come as %2B. */
const queryOf = ({ exchange }: Call) => exchange.query.get('q') ?? '';

const viewOf = ({ world, faults }: Call) => ({
  world,
  version: faults.active('version')[0]?.version ?? world.options.version,
});

function askedOf(call: Call): Asked {
  const { faults, session, exchange } = call;
  return {
    ...viewOf(call),
    maySet: exchange.method !== 'GET',
    hides: blindness(faults, { method: exchange.method, path: exchange.url }),
    creationPartition: session.creationPartition,
  };
}
