/** History as the pages ask for it: newest first, page by page. */
import { describe, expect, test } from 'vitest';
import { stepViewSchema } from '../../src/http/api.ts';
import { openStation, type Station } from './station.ts';

describe('the history of an integration', () => {
  const read = async ({ app }: Station, query = '') => {
    const answer = await app.inject(`/api/v1/integrations/hq/history${query}`);
    return stepViewSchema.array().parse(answer.json().steps);
  };
  const hold = ({ clock }: Station, name: string) => ({ type: 'hold.placed', at: clock.now(), name, reason: 'Test' });

  test('tells each step with what it changed, did and left pending', async () => {
    const station = await openStation();
    await station.connect();

    const steps = await read(station);

    expect(steps.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    const [newest, , , oldest] = steps;
    expect(oldest?.event.type).toBe('xstate.init');
    expect(newest).toMatchObject({
      integration: 'hq',
      at: station.clock.now(),
      event: { type: 'xstate.done.actor.probe', details: { output: { incompatible: null } } },
    });
    expect(newest?.transitions).toContain('integration@3.connection.status.disconnected|probe.judged|1');
    expect(newest?.active).toContain('integration@3.connection.status.connected');
    expect(newest?.effects).toContain('execute synchronize');
    expect(newest?.changes.map(({ path }) => path)).toContain('connection.successes');
    expect(newest?.timers.map(({ what }) => what)).toContain('probe the connection');
    expect(newest?.event.details).not.toHaveProperty('type');
  });

  test('goes back page by page without a gap or a repetition', async () => {
    const station = await openStation();
    for (let index = 0; index < 25; index++) await station.runtime.send('hq', hold(station, `hold-${index}`));

    const seqs: number[] = [];
    for (let query = '?limit=10'; ; ) {
      const page = await read(station, query);
      if (page.length === 0) break;
      seqs.push(...page.map(({ seq }) => seq));
      query = `?limit=10&before=${page.at(-1)?.seq}`;
    }

    expect(seqs).toEqual(Array.from({ length: 26 }, (_, index) => 26 - index));
  });

  test('finds one step by its number', async () => {
    const station = await openStation();
    for (let index = 0; index < 9; index++) await station.runtime.send('hq', hold(station, `hold-${index}`));

    expect((await read(station, '?limit=1&before=6')).map(({ seq }) => seq)).toEqual([5]);
  });

  test('leaves out the steps of others', async () => {
    const integrations = ['hq', 'harbour'].map((id) => ({ id, title: id }));
    const station = await openStation({ integrations });
    await station.runtime.send('harbour', hold(station, 'elsewhere'));

    expect((await read(station)).map(({ integration }) => integration)).toEqual(['hq']);
  });

  test('removes secrets and bounds what an event carried', async () => {
    const station = await openStation();
    const message = `https://op:hunter2@sipass.example answered ${'x'.repeat(5_000)}`;

    await station.probe.refuse({ code: 'SW_SERVER_FAILED', message });

    const [step] = await read(station, '?limit=1');
    expect(JSON.stringify(step)).not.toContain('hunter2');
    expect(JSON.stringify(step).length).toBeLessThan(10_000);
  });

  test.each(['?limit=0', '?limit=1001', '?limit=x', '?before=0', '?before=-3'])('refuses %s', async (query) => {
    const { app } = await openStation();

    expect((await app.inject(`/api/v1/integrations/hq/history${query}`)).statusCode).toBe(400);
  });
});
