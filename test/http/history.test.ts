/** History newest first, over a log that is read forwards. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepViewSchema } from '../../src/http/api.ts';
import { newestFirst } from '../../src/http/history-page.ts';
import type { Commit, Runtime } from '../../src/runtime/runtime.ts';
import { openStation, type Station } from './station.ts';

/** A log with these keys, of which everything before `oldest` was dropped; counts what is read. */
function logOf(keys: readonly string[], oldest = 1) {
  const log = keys.map((key, index) => ({ key, seq: index + 1 }) as Commit).filter(({ seq }) => seq >= oldest);
  let entriesRead = 0;
  const runtime: Pick<Runtime, 'history' | 'lastSeq'> = {
    lastSeq: () => keys.length,
    history: async ({ key, afterSeq = 0, limit }) => {
      const found = log
        .filter((entry) => entry.seq > afterSeq && (key === undefined || entry.key === key))
        .slice(0, limit);
      entriesRead += found.length;
      return found;
    },
  };
  // Only these two members are used; the real runtime stands behind the tests of the route below.
  return { runtime: runtime as Runtime, log, entriesRead: () => entriesRead };
}

describe('a page of history', () => {
  test('is exactly the newest steps of one integration before a number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('hq', 'harbour', 'other'), { maxLength: 400 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 450 }),
        fc.integer({ min: 1, max: 200 }),
        async (keys, limit, before, oldest) => {
          const { runtime, log } = logOf(keys, oldest);

          const page = await newestFirst(runtime, { key: 'hq', before, limit });

          const expected = log.filter(({ key, seq }) => key === 'hq' && seq < before);
          expect(page.map(({ seq }) => seq)).toEqual(
            expected
              .map(({ seq }) => seq)
              .reverse()
              .slice(0, limit),
          );
        },
      ),
    );
  });

  test('finds an integration that slept long among busy ones', async () => {
    const { runtime } = logOf([...Array(3).fill('hq'), ...Array(50_000).fill('busy')]);

    const page = await newestFirst(runtime, { key: 'hq', before: 60_000, limit: 5 });

    expect(page.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });

  test('reads little more than it answers, also far back in a long log', async () => {
    const { runtime, entriesRead } = logOf(Array(100_000).fill('hq'));

    const page = await newestFirst(runtime, { key: 'hq', before: 20_000, limit: 100 });

    expect(page).toHaveLength(100);
    expect(page[0]?.seq).toBe(19_999);
    expect(entriesRead()).toBeLessThanOrEqual(400);
  });
});

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
    expect(newest?.transitions).toContain('integration@1.connection.status.disconnected|probe.judged|1');
    expect(newest?.active).toContain('integration@1.connection.status.connected');
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
