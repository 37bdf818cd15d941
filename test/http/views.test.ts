/** An integration as people see it, in each of the situations that the real machine comes into. */
import { describe, expect, test } from 'vitest';
import { integrationViewSchema } from '../../src/http/api.ts';
import { newestVerdict } from '../../src/http/proof-view.ts';
import { settle } from '../support/virtual-clock.ts';
import { good, openStation, outcomeOf, proofOf, type Station } from './station.ts';

const silent = { ok: false, code: 'SW_UNREACHABLE', message: 'It does not answer.' } as const;

const pluginLost = ({ clock }: Station) => ({ type: 'plugin.lost', at: clock.now(), message: 'No heartbeat.' });

/** The first run ends with a proof of equality. */
async function proven(station: Station): Promise<void> {
  await station.connect();
  await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 5)));
}

async function tickUntil(station: Station, isReached: () => boolean): Promise<void> {
  for (let ticks = 0; !isReached(); ticks++) {
    if (ticks > 500 || !(await station.clock.tick())) throw new Error('it was never reached');
    if (station.probe.isAsked && !isReached()) await station.probe.answer(good);
  }
}

describe('the view of an integration', () => {
  test('before the first answer says that nothing is known, and why', async () => {
    const station = await openStation();

    const view = await station.view();

    expect(integrationViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      id: 'hq',
      title: 'Headquarters',
      machine: 'integration@3',
      seq: 1,
      connection: { status: 'disconnected', reason: { code: 'unknown' }, lastProbeAt: null, source: null },
      synchronization: { status: 'idle', run: null, proof: null, lastProvenEqualAt: null },
      ladder: { status: 'watching', incident: null, quarantine: null },
      holds: [],
    });
    expect(view.active).toContain('integration@3.connection.probing.asking');
    expect(view.active[0]).toBe('integration@3');
  });

  test('is never disconnected without a reason, also while a recovery is confirmed', async () => {
    const station = await openStation();

    await station.probe.answer(good);

    const { connection } = await station.view();
    expect(connection.status).toBe('disconnected');
    expect(connection.reason).toMatchObject({ code: 'recovering' });
    expect(connection.source).toEqual({ ok: true, version: '2.95.3', latencyMs: 40 });
  });

  test('shows a run with its progress, and what it proved', async () => {
    const station = await openStation();
    await station.connect();
    await station.synchronize.report({ type: 'run.advanced', phase: 'transferring' });
    await station.synchronize.report({ type: 'run.progressed', progress: [{ type: 'cardholder', done: 2, total: 5 }] });

    const running = await station.view();
    await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 5)));
    const ended = await station.view();

    expect(running.synchronization).toMatchObject({
      status: 'transferring',
      stalled: false,
      run: { id: 'run-1', mode: 'full', progress: [{ type: 'cardholder', done: 2, total: 5 }] },
    });
    expect(running.active).toContain('integration@3.synchronization.run.running.phase.transferring');
    expect(ended.synchronization).toMatchObject({
      status: 'succeeded',
      run: null,
      lastRun: { id: 'run-1', outcome: 'succeeded', written: { created: 3 } },
      proof: { equal: true, depth: 'content' },
      lastProvenEqualAt: station.clock.now(),
    });
    expect(ended.next).toEqual({ at: station.clock.now() + 10_000, what: 'probe the connection' });
  });

  test('tells a stalled run from one that is slow', async () => {
    const station = await openStation();
    await station.connect();

    await tickUntil(station, () => station.context().synchronization.run?.stalled === true);

    expect((await station.view()).synchronization).toMatchObject({ status: 'preflight', stalled: true });
  });

  test('names the chosen rung in what comes next, and why others are passed over', async () => {
    const station = await openStation();
    await proven(station);
    await station.runtime.send('hq', pluginLost(station));
    await tickUntil(station, () => station.diagnose.isAsked);
    const diagnosing = await station.view();

    await station.diagnose.answer({
      signature: 'plugin-dead',
      message: 'The plugin does not answer.',
      rungs: ['restart-plugin'],
      evidence: {},
    });

    const { ladder, next } = await station.view();
    expect(diagnosing.next?.what).toBe('go on without a diagnosis');
    expect(ladder).toMatchObject({
      status: 'waiting',
      incident: { because: 'No heartbeat.', signature: 'plugin-dead' },
    });
    expect(ladder.rungs.find(({ id }) => id === 'restart-plugin')).toMatchObject({
      status: 'current',
      attempts: 0,
      attemptsMax: 2,
      budget: { used: 0, max: 3 },
    });
    expect(ladder.rungs.find(({ id }) => id === 'synchronize')).toMatchObject({
      status: 'skipped',
      note: 'cannot help: The plugin does not answer.',
    });
    expect(next?.what).toBe('restart the plugin');
  });

  test('counts tries and budget of a rung that was used', async () => {
    const station = await openStation();
    await proven(station);
    await station.runtime.send('hq', pluginLost(station));
    await tickUntil(station, () => station.diagnose.isAsked);
    await station.diagnose.answer({ signature: 'x', message: 'x', rungs: ['restart-plugin'], evidence: {} });
    await tickUntil(station, () => station.claim.isAsked);
    expect((await station.view()).ladder).toMatchObject({ status: 'claiming', claim: { id: 'hq/1' } });
    await station.claim.answer({ verdict: 'granted', message: 'Free.' });

    await tickUntil(station, () => station.remedy.isAsked);

    const { ladder, next } = await station.view();
    expect(ladder.status).toBe('acting');
    expect(ladder.rungs.find(({ id }) => id === 'restart-plugin')).toMatchObject({ attempts: 1, budget: { used: 1 } });
    expect(next?.what).toBe('give up: restart the plugin');
  });

  test('shows a quarantine with its reason, and when it is looked at again', async () => {
    const station = await openStation();
    await proven(station);
    await station.runtime.send('hq', pluginLost(station));
    await tickUntil(station, () => station.diagnose.isAsked);

    await station.diagnose.answer({ signature: 'licence', message: 'No licence is left.', rungs: [], evidence: {} });

    const { ladder, next, timers } = await station.view();
    expect(ladder).toMatchObject({
      status: 'quarantined',
      quarantine: { since: station.clock.now(), reason: 'licence', message: 'No licence is left.' },
    });
    // A scheduled run that succeeds would end it sooner.
    expect(next?.what).toBe('start the next synchronization');
    expect(timers.map(({ what }) => what)).toContain('look again whether the quarantine can end');
  });

  test('says why a connection was lost, and forgets versions that are no longer known', async () => {
    const station = await openStation();
    await proven(station);

    for (let probes = 0; probes < 3; probes++) {
      while (!station.probe.isAsked) await station.clock.tick();
      await station.probe.answer({ ...good, source: silent });
    }

    const { connection } = await station.view();
    expect(connection).toMatchObject({
      status: 'disconnected',
      reason: { code: 'unreachable', message: 'It does not answer.' },
      source: { ok: false, version: null, latencyMs: null },
      target: { ok: true },
    });
  });

  test('lists holds, and is held by them', async () => {
    const station = await openStation();
    await proven(station);

    const hold = { type: 'hold.placed', at: station.clock.now(), name: 'update', reason: 'SiPass update' };
    await station.runtime.send('hq', hold);
    await settle();

    const { holds, synchronization } = await station.view();
    expect(holds).toEqual([{ name: 'update', reason: 'SiPass update', placedAt: station.clock.now() }]);
    expect(synchronization.status).toBe('held');
  });
});

describe('the comparison that is shown', () => {
  const proof = proofOf(100, 5, 5);

  test('is the proof while newer counts say the same', () => {
    expect(newestVerdict(proof, proofOf(200, 5, 5, { depth: 'counts' }))?.depth).toBe('content');
  });

  test('is the newer counts when they differ, or show other numbers', () => {
    expect(newestVerdict(proof, proofOf(200, 6, 5, { depth: 'counts' }))).toMatchObject({ at: 200, equal: false });
    expect(newestVerdict(proof, proofOf(200, 6, 6, { depth: 'counts' }))).toMatchObject({ at: 200, equal: true });
  });

  test('is not hidden by equal counts when the contents differ', () => {
    const [type] = proofOf(100, 5, 5).types;
    const different = { ...proof, equal: false, types: type ? [{ ...type, equal: false, different: ['7'] }] : [] };

    expect(newestVerdict(different, proofOf(200, 5, 5, { depth: 'counts' }))).toMatchObject({ at: 100, equal: false });
  });

  test('is the newer of both when counts were equalled since', () => {
    expect(newestVerdict(proofOf(100, 6, 5), proofOf(200, 6, 6, { depth: 'counts' }))).toMatchObject({ at: 200 });
    expect(newestVerdict(proof, proofOf(50, 6, 5, { depth: 'counts' }))).toMatchObject({ at: 100 });
    expect(newestVerdict(null, proofOf(50, 6, 5))).toMatchObject({ at: 50 });
    expect(newestVerdict(null, null)).toBeNull();
  });
});
