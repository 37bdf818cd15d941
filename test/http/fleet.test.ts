/** The fleet through the API: brake and dry run under a name, storms, and who works on what; told to the stream too. */
import { describe, expect, test } from 'vitest';
import { fleetKey } from '../../src/core/fleet-key.ts';
import { fleetViewSchema } from '../../src/http/fleet-api.ts';
import { inIncident, members } from './ladder-station.ts';
import { openStation, type Station } from './station.ts';

const base = '/api/v1/fleet';
const read = async ({ app }: Station) => fleetViewSchema.parse((await app.inject(base)).json());
const post = ({ app }: Station, path: string, payload: object) =>
  app.inject({ method: 'POST', url: `${base}/${path}`, headers: { 'content-type': 'application/json' }, payload });
const end = ({ app }: Station, path: string) =>
  app.inject({ method: 'DELETE', url: `${base}/${path}?by=operator@desk` });

test('a process without a fleet says so', async () => {
  const station = await openStation();

  expect((await station.app.inject(base)).statusCode).toBe(404);
  expect((await post(station, 'brake', {})).statusCode).toBe(404);
});

describe('the brake', () => {
  test('is put on with who and why, told to every ladder, and released', async () => {
    const station = await openStation({ members });
    expect((await end(station, 'brake')).statusCode).toBe(409);

    const on = await post(station, 'brake', { reason: 'Works on the network', by: 'operator@desk' });
    const { brake } = await read(station);
    const explanation = (await station.app.inject('/api/v1/integrations/hq/explanation')).json();
    const off = await end(station, 'brake');

    expect([on.statusCode, off.statusCode]).toEqual([202, 202]);
    expect(brake).toEqual({ at: station.clock.now(), by: 'operator@desk', reason: 'Works on the network' });
    expect(explanation.why.join()).toContain('by operator@desk: Works on the network.');
    expect((await read(station)).brake).toBeNull();
  });

  test('takes no unknown members, and nothing that is no text', async () => {
    const station = await openStation({ members });

    expect((await post(station, 'brake', { reason: 7 })).statusCode).toBe(400);
    expect((await post(station, 'brake', { force: true })).statusCode).toBe(400);
  });
});

test('a dry run is begun and ended under a name', async () => {
  const station = await openStation({ members });
  expect((await end(station, 'dry-run')).statusCode).toBe(409);

  await post(station, 'dry-run', { by: 'operator@desk' });
  expect((await read(station)).dryRun).toEqual({ at: station.clock.now(), by: 'operator@desk' });

  expect((await end(station, 'dry-run')).statusCode).toBe(202);
  expect((await read(station)).dryRun).toBeNull();
});

test('a storm, components in hands, and the budget are shown', async () => {
  const station = await openStation({ members });
  const send = (event: { type: string; [member: string]: unknown }) =>
    station.runtime.send(fleetKey, { at: station.clock.now(), ...event });
  const ask = { claim: 'hq/1', integration: 'hq', rung: 'restart-server', remedy: 'restart-server', holdMs: 60_000 };
  await send({ type: 'claim.asked', ...ask, since: 0, manual: false });
  await send({ type: 'claim.asked', ...ask, claim: 'harbour/1', integration: 'harbour', since: 0, manual: true });
  for (const integration of ['hq', 'harbour', 'depot'])
    await send({ type: 'condition.told', integration, because: { code: 'unreachable', message: 'It fails.' } });

  const fleet = await read(station);

  expect(fleet).toMatchObject({
    size: 3,
    storm: { phase: 'holding', since: station.clock.now(), among: ['hq', 'harbour', 'depot'] },
    budget: { used: 1, max: 20 },
    components: [
      {
        component: 'server:one',
        touches: ['hq', 'harbour'],
        held: { integration: 'hq', rung: 'restart-server', manual: false },
        waiting: [{ integration: 'harbour', manual: true }],
      },
    ],
  });
  expect(fleet.storm.until).toBe(station.clock.now() + 15 * 60_000);
  expect(fleet.deviating.map(({ integration }) => integration)).toEqual(['hq', 'harbour', 'depot']);
});

test('the stream tells the fleet at once, and whenever it changes', async () => {
  const station = await inIncident({});
  const messages: string[] = [];
  const url = await station.app.listen({ host: '127.0.0.1', port: 0 });
  const ending = new AbortController();
  const response = await fetch(`${url}/api/v1/stream?integration=hq`, { signal: ending.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const until = async (count: number) => {
    let text = messages.join('');
    while (text.split('event: fleet\n').length - 1 < count) {
      const { value } = await reader.read();
      messages.push(new TextDecoder().decode(value));
      text = messages.join('');
    }
    return text;
  };
  await until(1);

  await post(station, 'brake', { reason: 'Works', by: 'operator@desk' });

  expect(await until(2)).toContain('"reason":"Works"');
  ending.abort();
});
