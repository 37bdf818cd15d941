/** Health and metrics: about this process, never about the systems that it watches. */
import { describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/http/api.ts';
import { HeldStore } from '../support/held-store.ts';
import { settle } from '../support/virtual-clock.ts';
import { good, openStation, outcomeOf, proofOf } from './station.ts';

describe('health', () => {
  test('is good while the source is down', async () => {
    const { app, probe } = await openStation();
    await probe.refuse({ code: 'SW_UNREACHABLE', message: 'Down.' });

    expect((await app.inject('/livez')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).json()).toEqual({ ready: true });
  });

  test('is alive but not ready once a commit failed, and says why', async () => {
    const store = new HeldStore();
    const { app, probe } = await openStation({ store });
    store.held = true;
    await probe.answer(good);
    store.fail();
    await settle();

    const answer = await app.inject('/readyz');

    expect((await app.inject('/livez')).statusCode).toBe(200);
    expect(answer.statusCode).toBe(503);
    expect(problemSchema.parse(answer.json()).code).toBe('SW_STORE_FAILED');
    expect(answer.json().ready).toBe(false);
  });

  test.each(['?verbose', '?verbose=true', '?verbose=1'])('tells its checks with %s', async (query) => {
    const { app } = await openStation();

    const { checks } = (await app.inject(`/readyz${query}`)).json();

    expect(checks).toMatchObject([
      { name: 'runtime', ok: true },
      { name: 'integration hq', ok: true },
    ]);
  });
});

describe('metrics', () => {
  const read = async ({ app }: Awaited<ReturnType<typeof openStation>>) => (await app.inject('/metrics')).body;

  test('tell states, proof, entities, rungs and build', async () => {
    const station = await openStation();
    await station.connect();
    await station.synchronize.answer(outcomeOf(proofOf(1_700_000_000_000, 5, 5)));

    const text = await read(station);

    expect(text).toContain('syncwarden_connection_status{integration="hq",status="connected"} 1');
    expect(text).toContain('syncwarden_connection_status{integration="hq",status="warning"} 0');
    expect(text).toContain('syncwarden_synchronization_status{integration="hq",status="succeeded"} 1');
    expect(text).toContain('syncwarden_ladder_status{integration="hq",status="watching"} 1');
    expect(text).toContain('syncwarden_last_proven_equal_timestamp_seconds{integration="hq"} 1700000000');
    expect(text).toContain('syncwarden_entities{integration="hq",type="cardholder",side="target"} 5');
    expect(text).toContain('syncwarden_quarantined{integration="hq"} 0');
    expect(text).toContain('syncwarden_rung_attempts{integration="hq",rung="restart-plugin"} 0');
    expect(text).toContain('syncwarden_rung_budget_remaining{integration="hq",rung="restart-proxy"} 1');
    expect(text).toContain('syncwarden_build_info{version="0.0.1-test"} 1');
    expect(text).toContain('syncwarden_ready 1');
  });

  test('count what came too late once, however often they are read', async () => {
    const station = await openStation();
    await station.connect();
    await station.app.inject({ method: 'POST', url: '/api/v1/integrations/hq/cancel', payload: {} });
    await station.synchronize.answerLate({ outcome: 'succeeded' });

    await read(station);
    const text = await read(station);

    expect(text).toContain('syncwarden_stale_results_total{kind="outcome"} 1');
  });

  test('forget an integration that is gone', async () => {
    const station = await openStation();
    await read(station);
    await station.runtime.stop('hq');

    expect(await read(station)).not.toContain('integration="hq"');
  });

  test('of two applications in one process do not mix', async () => {
    const first = await openStation();
    const second = await openStation({ version: '9.9.9' });

    expect(await read(first)).toContain('version="0.0.1-test"');
    expect(await read(second)).not.toContain('version="0.0.1-test"');
  });
});
