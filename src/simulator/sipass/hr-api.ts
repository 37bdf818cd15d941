/** The HR API as a product app: headers, session rule, routes. Paths ignore case and a final slash. */
import type { Json } from '../../core/json.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import type { ProductApp } from '../faulty-server.ts';
import { parseCardholderQuery } from './cardholder-list.ts';
import { cardholderDetail, portraitToken } from './cardholder-view.ts';
import { parseWrittenCardholder } from './cardholder-write.ts';
import { drawn, type ListName, listNames } from './domain-faults.ts';
import { eventFeed } from './event-feed.ts';
import { ListAnswers } from './list-answer.ts';
import { accessGroupDetail, accessLevelDetail, workgroupDetail } from './lists.ts';
import { portraitJpeg } from './portrait.ts';
import { bodyText, type Handler, type HrApiParts, header, type Reply, type Route } from './route.ts';
import { sessionRoutes } from './session-routes.ts';
import { errorBodyOf, SipassError, type SipassErrorCode } from './sipass-error.ts';
import type { SipassWorld } from './world.ts';

/** The app to be served. Anything the API refuses is answered as `{ ErrorCode, Message }`. */
export function hrApi(parts: HrApiParts): ProductApp {
  const { world, faults } = parts;
  const events = eventFeed(parts);
  const routes = new Map([...sessionRoutes(parts), ...cardholderRoutes(parts), ...listRoutes(parts)]);
  const server = () => `SiPass-integrated/${faults.active('version')[0]?.version ?? world.profile.version}`;
  return {
    errorReply: (status) => ({ body: errorBodyOf(status), headers: { server: server() } }),
    async handle(exchange) {
      exchange.response.setHeader('server', server());
      try {
        if (exchange.path.toLowerCase() === '/api/v1/cardholders/images') sendPortrait(world, exchange);
        else {
          const isEvent = events.owns(exchange.path);
          const { status, body } = await (isEvent ? events.answer(exchange) : dispatch(parts, routes, exchange));
          sendJson(exchange, status, body);
        }
      } catch (error) {
        if (!(error instanceof SipassError)) throw error;
        sendJson(exchange, error.status, error.body);
      }
    },
  };
}

async function dispatch(
  { sessions, faults }: HrApiParts,
  routes: ReadonlyMap<string, Handler>,
  exchange: Exchange,
): Promise<Reply> {
  const [, resource = '', key = ''] = /^\/api\/v1\/hr\/([^/]+)(?:\/([^/]+))?\/*$/i.exec(exchange.path) ?? [];
  const name = resource.toLowerCase();
  const pattern = key === '' ? name : name === 'authentication' ? `${name}/${key.toLowerCase()}` : `${name}/{token}`;
  const route = `${exchange.method} ${pattern}`;
  exchange.route = `/${pattern}`;
  const handler = routes.get(route);
  if (handler === undefined) {
    const known = [...routes.keys()].some((candidate) => candidate.endsWith(` ${pattern}`));
    throw new SipassError(909, `${exchange.method} ${exchange.path}`, known ? 405 : 404);
  }
  // That the header is demanded is assumed: every client seen sends it, and vendors list it as a required setting.
  if (header(exchange, 'clientuniqueid') === '') throw new SipassError(909, 'header clientUniqueId is missing');
  if (route === 'POST authentication') {
    const refusal = faults.take('login-error', { method: exchange.method, path: exchange.url });
    // The schema of the fault allows codes of the table only.
    if (refusal !== null) throw new SipassError(refusal.errorCode as SipassErrorCode);
    return handler(exchange, '', '');
  }
  return handler(exchange, decode(key), sessions.use(header(exchange, 'authorization')));
}

function cardholderRoutes({ world, faults }: HrApiParts): readonly Route[] {
  const { cardholders, profile, options } = world;
  const written = async (exchange: Exchange) =>
    parseWrittenCardholder(await bodyText(exchange), profile, options.utcOffset);
  return [
    [
      'GET cardholders/{token}',
      (exchange, token) => {
        const hidden = faults.take('hide-details', { method: exchange.method, path: exchange.url }, (fault) =>
          fault.tokens === undefined ? drawn(fault.id, token, fault.share) : fault.tokens.includes(token),
        );
        if (hidden !== null) throw new SipassError(hidden.status === 404 ? 909 : 903, token, hidden.status);
        return found(cardholderDetail(world, token));
      },
    ],
    [
      'POST cardholders',
      async (exchange) => {
        const token = cardholders.create(await written(exchange));
        return { status: 201, body: cardholderDetail(world, token) };
      },
    ],
    [
      'PUT cardholders/{token}',
      async (exchange, token) => {
        const data = await written(exchange);
        return cardholders.write(token, data) ? found(cardholderDetail(world, token)) : found(null);
      },
    ],
    ['DELETE cardholders/{token}', (_exchange, token) => found(cardholders.remove(token) ? {} : null)],
  ];
}

function listRoutes({ world, faults }: HrApiParts): readonly Route[] {
  const answers = new ListAnswers(world, faults);
  const plain = listNames.filter((name): name is Exclude<ListName, 'Cardholders'> => name !== 'Cardholders');
  return [
    ...plain.map(
      (name): Route => [
        `GET ${name.toLowerCase()}`,
        (exchange) => {
          const id = exchange.query.get('workGroupID');
          // The detail of a workgroup is a query on its list.
          if (name === 'WorkGroups' && id !== null) return found(workgroupDetail(world, id));
          return { status: 200, body: answers.list(exchange, name) };
        },
      ],
    ),
    [
      'GET cardholders',
      (exchange) => ({ status: 200, body: answers.cardholders(exchange, parseCardholderQuery(exchange.query)) }),
    ],
    ['GET accesslevels/{token}', (_exchange, token) => found(accessLevelDetail(world, token))],
    ['GET accessgroups/{token}', (_exchange, token) => found(accessGroupDetail(world, token))],
  ];
}

/** 404 for what does not exist is assumed. */
function found(body: Json | null): Reply {
  if (body === null) throw new SipassError(909, 'there is no such object', 404);
  return { status: 200, body };
}

/** The image address carries its own token instead of the session's. */
function sendPortrait(world: SipassWorld, exchange: Exchange): void {
  exchange.route = '/cardholders/images';
  const id = exchange.query.get('imgId') ?? '';
  const allowed = exchange.query.get('token') === portraitToken(world, id);
  if (exchange.method !== 'GET' || !allowed || world.cardholders.summary(id) === null) found(null);
  exchange.response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': portraitJpeg.length });
  exchange.response.end(portraitJpeg);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
