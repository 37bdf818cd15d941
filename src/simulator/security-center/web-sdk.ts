/** The Web SDK as a product app: base URI, credentials, envelopes, routes. */
import { pause } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import type { Exchange } from '../exchange.ts';
import type { ProductApp } from '../faulty-server.ts';
import type { WebSdkFaultBox } from './domain-faults.ts';
import { entityTypes } from './entity.ts';
import { deleteEntity, readProperty, runEntityQuery } from './entity-api.ts';
import { parseQuery, QueryError } from './query.ts';
import { entityGone, Refusal } from './refusal.ts';
import { parseSearch, runSearch } from './report-api.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

export interface WebSdkParts {
  readonly world: World;
  readonly sessions: Sessions;
  readonly faults: WebSdkFaultBox;
}

/** Longest path and query that is taken, bytes: HTTP.sys takes 16 KB with all headers (assumed for this product). */
const requestLineBytesMax = 15_000;

export function webSdk(parts: WebSdkParts): ProductApp {
  return {
    errorReply: (status) => ({
      body: { Rsp: { Status: 'Fail', Result: { SdkErrorCode: `Http${status}`, Message: '' } } },
    }),
    handle: (exchange) => handle(parts, exchange),
  };
}

/** What goes back; null when the socket was cut instead. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const plain = (status: number, text: string, type = 'text/plain'): Answer => ({ status, type, text });

async function handle(parts: WebSdkParts, exchange: Exchange): Promise<void> {
  exchange.request.resume();
  const answer = await answerOf(parts, exchange);
  if (answer === null) {
    exchange.response.destroy();
    return;
  }
  const { status, type, text } = answer;
  exchange.response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  exchange.response.end(text);
}

async function answerOf(parts: WebSdkParts, exchange: Exchange): Promise<Answer | null> {
  const { world, sessions, faults } = parts;
  const { request, method, path, url } = exchange;
  if (Buffer.byteLength(url) > requestLineBytesMax) return plain(414, 'Request-URI Too Long');
  const needsLength = method === 'POST' || method === 'DELETE' || method === 'PUT';
  if (needsLength && request.headers['content-length'] === undefined && !request.headers['transfer-encoding'])
    return plain(411, 'Length Required');
  const base = new RegExp(`^/${world.options.baseUri}(/.*)?$`, 'i').exec(path);
  if (!base) return plain(404, 'Not Found');
  const entered = faults.take('licence', { method, path: url })
    ? { status: 403 as const, code: 'CertificateCountExceeded' }
    : sessions.enter(request.headers.authorization);
  if ('status' in entered) return envelope(parts, exchange, entered.status, refusalBody(world, entered.code, ''));
  if (entered.isFirst && world.options.firstCallDelayMs > 0) await pause(world.clock, world.options.firstCallDelayMs);
  return carryOut(parts, exchange, (base[1] ?? '/').replace(/\/$/, ''));
}

function carryOut(parts: WebSdkParts, exchange: Exchange, path: string): Answer | null {
  const { world, faults } = parts;
  const target = { method: exchange.method, path: exchange.url };
  const licence = /^\/licenseItemUsage\/(\w+)$/i.exec(path);
  if (licence && !((licence[1] as string) in entityTypes)) return plain(400, '<html>Bad Request</html>', 'text/html');
  try {
    const refusal = faults.take('fail', target);
    if (refusal) throw new Refusal(refusal.code, refusal.message);
    const result = dispatch(parts, exchange, path);
    if (result === undefined) return plain(404, 'Not Found');
    if (faults.take('lose-answer', target)) return null;
    return envelope(parts, exchange, 200, { Rsp: { Status: 'Ok', Result: result } });
  } catch (error) {
    const refused = error instanceof QueryError ? new Refusal('SdkRequestError', error.message) : error;
    if (!(refused instanceof Refusal)) throw error;
    return envelope(parts, exchange, 200, refusalBody(world, refused.code, refused.message));
  }
}

/** The result of a route; undefined where there is none. */
function dispatch(parts: WebSdkParts, exchange: Exchange, path: string): Json | undefined {
  const { world, faults } = parts;
  const { method } = exchange;
  const version = faults.active('version')[0]?.version ?? world.options.version;
  const target = { method, path: exchange.url };
  if (path === '') return route(exchange, '/', null);
  const [, first = '', rest = ''] = /^\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  const noun = first.toLowerCase();
  if (noun === 'entity' && rest === '' && (method === 'GET' || method === 'POST')) {
    const rows = runEntityQuery(world, parseQuery(queryOf(exchange)), version);
    return route(exchange, '/entity', rows.length === 1 && world.options.single === 'object' ? rows[0] : rows);
  }
  if (noun === 'entity' && method === 'DELETE') {
    deleteEntity(world, decodeURIComponent(rest));
    return route(exchange, '/entity/{id}', null);
  }
  if (noun === 'entity' && method === 'GET') return route(exchange, '/entity/{id}', readWhole(world, rest, version));
  if (noun === 'report' && method === 'GET') {
    const search = parseSearch(rest, parseQuery(queryOf(exchange)));
    const hidden = faults.take(
      'invisible',
      target,
      (fault) => fault.type === undefined || search.types.includes(fault.type),
    );
    const repeat = faults.take('duplicate-row', target) !== null;
    return route(exchange, `/report/${rest}`, hidden ? [] : runSearch(world, search, repeat));
  }
  if (noun === 'licenseitemusage' && method === 'GET' && rest in entityTypes)
    return route(exchange, '/licenseItemUsage/{item}', {
      CurrentCount: world.table.ofType(rest).length,
      MaximumCount: -1,
    });
  return undefined;
}

/** `exists/{id}`, `basic/{id}` and `{id}`. */
function readWhole(world: World, rest: string, version: string): Json {
  const [, form = '', reference = ''] = /^(?:(exists|basic)\/)?(.+)$/i.exec(decodeURIComponent(rest)) ?? [];
  const entity = world.table.find(reference);
  if (form.toLowerCase() === 'exists') return { Exists: entity !== undefined };
  if (!entity) throw entityGone(reference);
  const names = ['Guid', 'EntityType', ...entity.properties.keys()];
  const all = Object.fromEntries(names.map((name) => [name, readProperty(world, entity, name, version)]));
  return form === '' ? all : { Entity: all };
}

/** The decoded `q`. `+` means a space in a query string, as every server reads it: a plus must come as %2B. */
function queryOf(exchange: Exchange): string {
  return exchange.query.get('q') ?? '';
}

function route(exchange: Exchange, name: string, result: Json | undefined): Json {
  exchange.route = name;
  return result ?? null;
}

function refusalBody(world: World, code: string, message: string): Json {
  const error = { SdkErrorCode: code, Message: message };
  return world.options.errorPlace === 'rsp'
    ? { Rsp: { Status: 'Fail', ...error, Result: null } }
    : { Rsp: { Status: 'Fail', Result: error } };
}

/** JSON for those who ask for it; without an Accept header the legacy XML, in its outline only. */
function envelope({ faults }: WebSdkParts, exchange: Exchange, status: number, body: Json): Answer {
  const bom = faults.take('bom', { method: exchange.method, path: exchange.url }) ? '\ufeff' : '';
  if (/text\/json/i.test(exchange.request.headers.accept ?? ''))
    return plain(status, `${bom}${JSON.stringify(body)}`, 'text/json; charset=utf-8');
  const failed = JSON.stringify(body).includes('"Status":"Fail"');
  return plain(status, `<rsp status="${failed ? 'fail' : 'ok'}"></rsp>`, 'text/xml');
}
