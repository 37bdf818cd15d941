import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type SecurityCenterSimulator,
  startSecurityCenterSimulator,
} from '../../../src/simulator/security-center/simulator.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { freshFetch } from '../fresh-fetch.ts';

const clock = new VirtualClock();
const credentials = (user = 'syncwarden;syncwarden:syncwarden') => `Basic ${Buffer.from(user).toString('base64')}`;
let simulator: SecurityCenterSimulator;

beforeEach(async () => {
  simulator = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 3, licences: 1 }, { clock });
});
afterEach(() => simulator.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  // The shape differs from request to request, and each test names what it expects of it.
  readonly rsp: { readonly Status: string; readonly Result: never };
}

/** Over node:http, because undici leaves out the `content-length: 0` that the Web SDK demands. */
async function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const length = method === 'GET' ? {} : { 'content-length': '0' };
  const all = { accept: 'text/json', authorization: credentials(), ...length, ...headers };
  const call = request(`${simulator.url}${path}`, { method, headers: all, agent: false }).end();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString('utf8');
  return { status: answer.statusCode ?? 0, text, rsp: text.startsWith('{') ? JSON.parse(text).Rsp : null };
}

const query = (path: string, q: string) => `/WebSdk${path}?q=${encodeURIComponent(q)}`;
const post = (q: string) => ask('POST', query('/entity', q));
const get = (q: string) => ask('GET', query('/entity', q));
const search = (q: string) => ask('GET', query('/report/EntityConfiguration', q));
async function create(q: string): Promise<string> {
  const { rsp } = await post(`entity=NewEntity(${q},Guid`);
  return (rsp.Result as { Guid: string }).Guid;
}
async function admin(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const init = body
    ? { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    : { method };
  const text = await (await freshFetch(`${simulator.adminUrl}${path}`, init)).text();
  return text === '' ? {} : JSON.parse(text);
}

describe('who may ask', () => {
  test('no credentials 401, wrong ones 403, and the application id counts', async () => {
    expect((await ask('GET', '/WebSdk/', { authorization: '' })).status).toBe(401);
    expect((await ask('GET', '/WebSdk/', { authorization: credentials('syncwarden;other:syncwarden') })).status).toBe(
      403,
    );
    expect((await ask('GET', '/WebSdk/')).rsp.Status).toBe('Ok');
  });

  test('another path than the base URI is 404, a bad licence item 400 with HTML, a long line 414', async () => {
    expect((await ask('GET', '/Other/')).status).toBe(404);
    const licence = await ask('GET', '/WebSdk/licenseItemUsage/cardholder');
    expect([licence.status, licence.text.includes('<html>')]).toEqual([400, true]);
    expect((await get(`entity=${'a'.repeat(15_100)},Name`)).status).toBe(414);
  });

  test('without Accept it answers legacy XML', async () => {
    expect((await ask('GET', '/WebSdk/', { accept: '*/*' })).text).toBe('<rsp status="ok"></rsp>');
  });
});

describe('entities', () => {
  test('are created with an id of the server, and read back by it with or without dashes', async () => {
    const id = await create('Cardholder),FirstName=Ann,LastName=O\\,Hara,Description=syncwarden:x:cardholder:1;');
    const plain = await get(`entity=${id.replaceAll('-', '')},firstname,LastName`);

    expect(plain.rsp.Result).toEqual({ firstname: 'Ann', LastName: 'O,Hara' });
    expect((await get(`entity=${id}`)).rsp.Result).toEqual({});
  });

  test('several are answered in order, and one that is gone refuses the whole query', async () => {
    const [a, b] = [await create('Door),Name=A'), await create('Door),Name=B')];
    expect((await get(`entity=${b},Name,entity=${a},Name`)).rsp.Result).toEqual([{ Name: 'B' }, { Name: 'A' }]);

    await ask('DELETE', `/WebSdk/entity/${a}`);

    const gone = await get(`entity=${b},Name,entity=${a},Name`);
    expect([gone.status, gone.rsp.Status]).toEqual([200, 'Fail']);
    expect((gone.rsp.Result as { Message: string }).Message).toContain('does not exist');
  });

  test('a group keeps both sides in step, and a member that joins twice is refused', async () => {
    const group = await create('CardholderGroup),Name=Visitors');
    const person = await create(`Cardholder),FirstName=Ann,Groups@${group}`);
    expect((await get(`entity=${group},Members`)).rsp.Result).toEqual({ Members: [person] });

    expect((await post(`entity=${person},Groups@${group}`)).rsp.Status).toBe('Fail');
    await post(`entity=${person},Groups-${group}`);

    expect((await get(`entity=${group},Members`)).rsp.Result).toEqual({ Members: [] });
  });

  test('refuses what the Directory cannot hold, what has no setter, and a card that another credential has', async () => {
    const person = await create('Cardholder),FirstName=Ann');
    expect((await post(`entity=${person},FirstName=${'x'.repeat(101)}`)).rsp.Status).toBe('Fail');
    expect((await post(`entity=${person},ActivationDate=2026-01-01`)).rsp.Status).toBe('Fail');
    await create(`Credential),Format=WiegandStandardCredentialFormat(1,2),CardholderGuid=${person}`);
    expect((await post('entity=NewEntity(Credential),Format=WiegandStandardCredentialFormat(1,2)')).rsp.Status).toBe(
      'Fail',
    );
    expect((await get(`entity=${person},Credentials`)).rsp.Result).toMatchObject({ Credentials: [expect.any(String)] });
  });

  test('shows the state that the clock makes of the dates', async () => {
    const person = await create(
      'Cardholder),State=Active,ActivationMode=SpecificActivationPeriod(2000-01-01T00:00:00Z,2100-01-01T00:00:00Z)',
    );
    expect((await get(`entity=${person},State`)).rsp.Result).toEqual({ State: 'Active' });
    await post(`entity=${person},ActivationMode=SpecificActivationPeriod(2000-01-01T00:00:00Z,2001-01-01T00:00:00Z)`);
    expect((await get(`entity=${person},State`)).rsp.Result).toEqual({ State: 'Expired' });
  });
});

describe('searches', () => {
  test('give one row more when another page exists', async () => {
    for (const name of ['A', 'B', 'C']) await create(`Door),Name=${name}`);

    expect((await search('EntityTypes@Door,Page=1,PageSize=2')).rsp.Result).toHaveLength(3);
    expect((await search('EntityTypes@Door,Page=2,PageSize=2')).rsp.Result).toHaveLength(1);
  });

  test('match the beginning of a name and of a description', async () => {
    const id = await create('Door),Name=North gate,Description=syncwarden:x:door:1;');
    await create('Door),Name=South gate');

    expect((await search('EntityTypes@Door,Name=north')).rsp.Result).toEqual([{ Guid: id }]);
    expect((await search('EntityTypes@Door,Description=syncwarden:x')).rsp.Result).toEqual([{ Guid: id }]);
    expect((await search('EntityTypes@Cardholder')).rsp.Result).toHaveLength(3);
  });

  test('a report without pages refuses them with the words that were seen', async () => {
    const { rsp } = await ask('GET', query('/report/DoorActivity', 'Page=1'));
    expect((rsp.Result as { Message: string }).Message).toBe("Could not find property 'Page' from filter: 'Page=1'");
  });
});

describe('faults and books', () => {
  test('a lost answer has done its work', async () => {
    await admin('POST', '/faults', { kind: 'lose-answer', match: { method: 'POST' }, times: 1 });

    await expect(post('entity=NewEntity(Door),Name=Gate')).rejects.toThrow();

    expect((await search('EntityTypes@Door')).rsp.Result).toHaveLength(1);
  });

  test('a refusal, and a byte order mark, come in an HTTP 200', async () => {
    await admin('POST', '/faults', { kind: 'fail', times: 1 });
    const refused = await search('EntityTypes@Door');
    expect([refused.status, refused.rsp.Status]).toEqual([200, 'Fail']);

    await admin('POST', '/faults', { kind: 'bom' });
    const marked = await search('EntityTypes@Door');
    expect([marked.status, marked.text.charCodeAt(0)]).toEqual([200, 0xfeff]);
  });

  test('a version, an invisible partition and a spent licence', async () => {
    const version = async () => {
      const { rsp } = await search('EntityTypes@Server');
      const [row] = rsp.Result as readonly { Guid: string }[];
      return row && (await get(`entity=${row.Guid},Version`)).rsp.Result;
    };
    expect(await version()).toEqual({ Version: '5.12.2.0' });
    await admin('POST', '/faults', { kind: 'version', version: '6.0.0.0', id: 'v' });
    expect(await version()).toEqual({ Version: '6.0.0.0' });
    await admin('POST', '/faults', { kind: 'invisible', type: 'Cardholder' });
    expect((await search('EntityTypes@Cardholder')).rsp.Result).toEqual([]);
    await admin('POST', '/faults', { kind: 'licence' });
    expect((await search('EntityTypes@Door')).status).toBe(403);
  });

  test('the book tells a rewrite and a duplicate marker from honest writes', async () => {
    const id = await create('Door),Name=Gate,Description=syncwarden:x:door:1;');
    await post(`entity=${id},Name=Gate 2`);
    await post(`entity=${id},Name=Gate 2`);
    await create('Door),Name=Twin,Description=syncwarden:x:door:1;');

    expect(await admin('GET', '/writes')).toMatchObject({
      creates: 2,
      updates: 2,
      rewrites: 1,
      duplicates: 1,
      deletes: 0,
    });
  });

  test('entities vanish behind everybody\u2019s back, and stand in no book', async () => {
    await create('Door),Name=Gate,Description=syncwarden:x:door:1;');
    await admin('POST', '/entities/delete', { type: 'Door', prefix: 'syncwarden:', count: 5 });

    expect(await admin('GET', '/truth')).toMatchObject({ marked: { Door: 0 } });
    expect(await admin('GET', '/writes')).toMatchObject({ deletes: 0 });
  });
});
