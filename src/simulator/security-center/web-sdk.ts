/** The Web SDK as a product app: what is refused before anybody reads it, who is let in, and what goes back. */
import { pause } from '../../core/clock.ts';
import type { Exchange } from '../exchange.ts';
import type { ProductApp } from '../faulty-server.ts';
import type { WebSdkFaultBox } from './domain-faults.ts';
import { type Answer, enveloped, modernJson, plainAnswer } from './envelope.ts';
import type { Outcome } from './outcome.ts';
import { QueryError } from './query.ts';
import { Refusal } from './refusal.ts';
import { licenceItems, type Route, routeOf } from './routes.ts';
import type { Session, Sessions } from './sessions.ts';
import type { World } from './world.ts';

export interface WebSdkParts {
  readonly world: World;
  readonly sessions: Sessions;
  readonly faults: WebSdkFaultBox;
}

export function webSdk(parts: WebSdkParts): ProductApp {
  return {
    errorReply: (status) => ({
      body: modernJson(
        { status: 'Fail', refusal: { code: `Http${status}`, message: '' } },
        parts.world.options.errorPlace,
      ),
    }),
    handle: (exchange) => handle(parts, exchange),
  };
}

async function handle(parts: WebSdkParts, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  exchange.request.resume();
  const answer = await answerOf(parts, exchange);
  if (answer === null) response.destroy();
  // Whoever has gone away meanwhile gets no answer; the work is done all the same.
  if (answer === null || response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.text) });
  response.end(answer.text);
}

/** What goes back; null when the socket is to be cut instead. */
async function answerOf(parts: WebSdkParts, exchange: Exchange): Promise<Answer | null> {
  const { world, sessions, faults } = parts;
  const segments = segmentsBelow(world.options.baseUri, exchange.path);
  const malformed = malformedAnswer(parts, exchange, segments);
  if (malformed || segments === null) return malformed;
  const target = { method: exchange.method, path: exchange.url };
  const session = faults.take('licence', target)
    ? { status: 403 as const, code: 'CertificateCountExceeded' }
    : sessions.enter(exchange.request.headers.authorization);
  if ('status' in session) {
    const turned = wrapped(parts, exchange, session.status, failure(session.code, ''));
    const challenge = { 'www-authenticate': 'Basic realm="WebSdk"' };
    return session.status === 401 ? { ...turned, headers: { ...turned.headers, ...challenge } } : turned;
  }
  try {
    await untilReady(parts, session);
    const late = faults.take('late', target);
    if (late) await pause(world.clock, late.delayMs);
    const drop = faults.take('drop-entities', target);
    if (drop) world.lose(drop);
    return carryOut(parts, exchange, routeOf({ world, faults, session, exchange, segments }), segments);
  } finally {
    sessions.leave();
  }
}

/** What the platform refuses before the Web SDK sees it; null when all is well. */
function malformedAnswer(
  { world }: WebSdkParts,
  { request, method, url }: Exchange,
  segments: readonly string[] | null,
): Answer | null {
  if (Buffer.byteLength(url) > world.options.requestLineBytesMax) return plainAnswer(414, 'Request-URI Too Long');
  const needsLength = method === 'POST' || method === 'DELETE' || method === 'PUT';
  if (needsLength && request.headers['content-length'] === undefined && !request.headers['transfer-encoding'])
    return plainAnswer(411, 'Length Required');
  return segments === null ? plainAnswer(404, 'Not Found') : null;
}

/** The decoded segments below the base URI; null for another path, or one that cannot be decoded. */
function segmentsBelow(baseUri: string, path: string): readonly string[] | null {
  const [, base = '', ...segments] = path.replace(/\/$/, '').split('/');
  if (base.toLowerCase() !== baseUri.toLowerCase()) return null;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** The logon of a session takes its time, for every request that came meanwhile. */
async function untilReady({ world }: WebSdkParts, { readyAt }: Session): Promise<void> {
  const waitMs = readyAt - world.clock.now();
  if (waitMs > 0) await pause(world.clock, waitMs);
}

function carryOut(
  parts: WebSdkParts,
  exchange: Exchange,
  route: Route | null,
  segments: readonly string[],
): Answer | null {
  if (route === null) return plainAnswer(404, 'Not Found');
  exchange.route = route.name;
  const item = route.name === '/licenseItemUsage' ? segments[1] : undefined;
  if (item !== undefined && !Object.hasOwn(licenceItems, item))
    return plainAnswer(400, '<html><body>Bad Request</body></html>', 'text/html');
  const target = { method: exchange.method, path: exchange.url };
  const refusal = parts.faults.take('fail', target);
  const outcome = refusal ? failure(refusal.code, refusal.message) : outcomeOf(route);
  if (outcome.status !== 'Fail' && parts.faults.take('lose-answer', target)) return null;
  return wrapped(parts, exchange, 200, outcome);
}

function outcomeOf(route: Route): Outcome {
  try {
    return route.run();
  } catch (error) {
    if (error instanceof QueryError) return failure('SdkRequestError', error.message);
    if (error instanceof Refusal) return { status: 'Fail', refusal: error };
    throw error;
  }
}

const failure = (code: string, message: string): Outcome => ({ status: 'Fail', refusal: { code, message } });

function wrapped({ world, faults }: WebSdkParts, exchange: Exchange, httpStatus: number, outcome: Outcome): Answer {
  const { errorPlace, bom } = world.options;
  const marked = faults.take('bom', { method: exchange.method, path: exchange.url }) !== null || bom;
  return enveloped(exchange.request.headers.accept, httpStatus, outcome, { errorPlace, bom: marked });
}
