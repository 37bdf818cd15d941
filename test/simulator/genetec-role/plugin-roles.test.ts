/** The part of the Security Center simulator over which a plugin role lives and writes. */
import { expect, onTestFinished, test } from 'vitest';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { type Answer, call } from './site.ts';

async function openDirectory() {
  const clock = new VirtualClock();
  const simulator = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 2 }, { clock });
  onTestFinished(() => simulator.close());
  const register = (name = 'SiPass') => {
    const server = { name: 'EXPANSION-1', version: '5.13.0.0' };
    const role = { name, subType: '5197a55e-0000-4000-8000-000000005645', server, customFields: ['Title'] };
    return call<{ readonly role: string; readonly server: string }>(`${simulator.adminUrl}/plugin-roles`, 'POST', role);
  };
  const { role, server } = (await register()).body;
  const ask = <T = unknown>(method: string, path: string, body?: object): Promise<Answer<T>> =>
    call<T>(`${simulator.adminUrl}/plugin-roles/${role}${path}`, method, body);
  const write = (type: string, ...entities: readonly object[]) => ask('PUT', '/entities', { type, entities });
  const read = async (id: string, properties: string) => {
    const authorization = `Basic ${Buffer.from('syncwarden;syncwarden:syncwarden').toString('base64')}`;
    const url = `${simulator.url}/WebSdk/entity?q=entity=${id},${properties}`;
    type Envelope = { readonly Rsp: { readonly Result: object } };
    return (await call<Envelope>(url, 'GET', undefined, { accept: 'text/json', authorization })).body.Rsp.Result;
  };
  return { clock, simulator, register, role, server, ask, write, read };
}

test('a role that makes itself known twice is the same one', async () => {
  const { register, role, server } = await openDirectory();

  expect(await register()).toEqual({ status: 201, body: { role, server } });
  expect((await register('Other')).body).toMatchObject({ server, role: expect.not.stringContaining(role) });
});

test('a server that falls silent is lost, and its role is red, until it is heard of again', async () => {
  const { clock, ask, read, role, server } = await openDirectory();
  const well = { runningState: 'Warning', isOnline: true, serverIsOnline: true, leaseMs: 5_000 };
  await ask('PATCH', '', well);
  clock.jump(4_999);
  expect(await read(role, 'RunningState,IsOnline')).toEqual({ RunningState: 'Warning', IsOnline: true });

  clock.jump(1);
  expect(await read(role, 'RunningState,IsOnline')).toEqual({ RunningState: 'NotRunning', IsOnline: false });
  expect(await read(server, 'RunningState,IsOnline')).toEqual({ RunningState: 'NotRunning', IsOnline: false });

  await ask('PATCH', '', well);
  expect(await read(role, 'RunningState')).toEqual({ RunningState: 'Warning' });
});

test('the server states its own version, the main server that of the system', async () => {
  const { read, server, simulator } = await openDirectory();
  const [main] = simulator.world.table.ofType('Server');

  expect(await read(server, 'Version')).toEqual({ Version: '5.13.0.0' });
  expect(await read(main?.id ?? '', 'Version')).toEqual({ Version: '5.12.2.0' });
});

test('what is equal is left alone, what differs is updated, and each write stands in the book', async () => {
  const { write, simulator } = await openDirectory();
  const door = { key: '1', properties: { Name: 'Gate' } };

  expect((await write('Door', door, { key: '2' })).body).toMatchObject({ created: 2, updated: 0 });
  expect((await write('Door', door)).body).toMatchObject({ created: 0, unchanged: 1 });
  expect((await write('Door', { ...door, properties: { Name: 'Gate 2' } })).body).toMatchObject({ updated: 1 });
  expect(simulator.world.book.report()).toMatchObject({ creates: 2, updates: 1, rewrites: 0, duplicates: 0 });
});

test('a membership that the role did not give is none of its business', async () => {
  const { write, simulator } = await openDirectory();
  const { table, allCardholders } = simulator.world;
  await write('CardholderGroup', { key: 'g' }, { key: 'h' });
  await write('Cardholder', { key: 'p', groups: ['g', 'unknown'] });
  const person = [...table.ofType('Cardholder')].at(-1);
  const groups = () => [...(person?.collections.get('groups') ?? [])].map((id) => table.find(id)?.id);
  const [g, h] = [...table.ofType('CardholderGroup')].slice(-2).map(({ id }) => id);
  person?.collections.get('groups')?.add(allCardholders);

  await write('Cardholder', { key: 'p', groups: ['h'] });

  expect(groups()).toEqual([allCardholders, h]);
  expect(groups()).not.toContain(g);
});

test('what the platform refuses makes nothing, and the rest is written', async () => {
  const { write, ask } = await openDirectory();
  const card = { name: 'WiegandStandardCredentialFormat', args: ['1', '7'] };
  await write('Credential', { key: 'a', format: card });

  const twin = await write('Credential', { key: 'b', format: card }, { key: 'c' }, { key: 'd', properties: { No: 1 } });

  expect(twin.body).toMatchObject({ created: 1, refused: [{ key: 'b' }, { key: 'd' }] });
  expect((await ask('GET', '/counts')).body).toEqual({ byType: { Credential: 2 } });
  expect((await ask('GET', '/keys?type=Credential')).body).toEqual({ keys: ['a', 'c'] });
});

test('entities are deleted by key, or vanish unbooked, and are created anew when they are written again', async () => {
  const { write, ask, simulator } = await openDirectory();
  await write('Door', { key: '1' }, { key: '2' }, { key: '3' });

  expect((await ask('POST', '/entities/delete', { type: 'Door', keys: ['1', 'none'] })).body).toEqual({ deleted: 1 });
  expect((await ask('POST', '/entities/lose', { type: 'Door' })).body).toEqual({ lost: ['2'] });
  expect(simulator.world.book.report()).toMatchObject({ creates: 3, deletes: 1 });
  expect((await write('Door', { key: '2' })).body).toMatchObject({ created: 1 });
});

test('an unknown role or type is refused with what was expected', async () => {
  const { simulator, write, server } = await openDirectory();

  expect(await write('Planet', { key: '1' })).toMatchObject({ status: 400, body: { code: 'SW_USAGE' } });
  const counts = await call(`${simulator.adminUrl}/plugin-roles/${server}/counts`, 'GET');
  expect(counts).toMatchObject({ status: 404, body: { code: 'SW_NOT_FOUND' } });
});
