/** A Security Center simulator, and a plain client before it, as the tests of this room start them. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { WebSdkOptionsInput } from '../../../src/simulator/security-center/options.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { freshFetch } from '../fresh-fetch.ts';

/** Whatever a test may look for in a result: rows of a search, properties of an entity, or a refusal. */
interface Result extends ReadonlyArray<{ readonly Guid: string }> {
  readonly Guid: string;
  readonly SdkErrorCode: string;
  readonly Message: string;
  readonly Exists: boolean;
  readonly Entity: object;
  readonly Value: unknown;
  readonly CurrentCount: number;
  readonly [property: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly state: string;
  readonly result: Result;
}

interface Counts {
  readonly Door: number;
  readonly Cardholder: number;
  readonly Server: number;
}

/** Whatever a test may look for behind the back door. */
interface BackDoor {
  readonly username: string;
  readonly password: string;
  readonly counts: Counts;
  readonly marked: Counts;
  readonly twins: Counts;
  readonly byType: { readonly Door: object };
  readonly flaws: readonly object[];
  readonly writes: readonly { readonly seq: number }[];
  readonly lastSeq: number;
  readonly total: number;
  readonly entities: readonly object[];
}

export const credentials = (user = 'syncwarden;syncwarden:syncwarden') =>
  `Basic ${Buffer.from(user).toString('base64')}`;

export async function openDesk(options: WebSdkOptionsInput = {}) {
  const clock = new VirtualClock();
  const simulator = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 3, ...options }, { clock });

  /** Over node:http, because undici leaves out the `content-length: 0` that the Web SDK demands. */
  async function ask(method: string, path: string, headers: Record<string, string | undefined> = {}): Promise<Answer> {
    const length = method === 'GET' ? {} : { 'content-length': '0' };
    const all = { accept: 'text/json', authorization: credentials(), ...length, ...headers };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const call = request(`${simulator.url}${path}`, { method, headers: given, agent: false });
    if ('transfer-encoding' in given) call.write('x');
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await answer.toArray()).toString('utf8');
    const rsp = text.startsWith('{') ? JSON.parse(text).Rsp : {};
    const { statusCode: status = 0, headers: answered } = answer;
    // The shape differs from request to request: a test that finds nothing fails by what it expects.
    return { status, headers: answered, text, state: rsp.Status ?? '', result: rsp.Result as Result };
  }
  const query = (path: string, q: string) => `/WebSdk${path}?q=${encodeURIComponent(q)}`;
  const post = (q: string) => ask('POST', query('/entity', q));
  const get = (q: string) => ask('GET', query('/entity', q));

  return {
    simulator,
    clock,
    ask,
    post,
    get,
    search: (q: string, report = 'EntityConfiguration') => ask('GET', query(`/report/${report}`, q)),
    /** Creates an entity from `Type),Property=value,...`. */
    async create(q: string): Promise<string> {
      const { result, text } = await post(`entity=NewEntity(${q},Guid`);
      if (typeof result?.Guid !== 'string') throw new Error(`not created: ${text}`);
      return result.Guid;
    },
    async read(id: string, property: string) {
      return (await get(`entity=${id},${property}`)).result[property];
    },
    async admin(method: string, path: string, body?: object): Promise<BackDoor> {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      const text = await (await freshFetch(`${simulator.adminUrl}${path}`, init)).text();
      // The shape differs from route to route: a test that finds nothing fails by what it expects.
      return JSON.parse(text === '' ? '{}' : text) as BackDoor;
    },
    close: () => simulator.close(),
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
