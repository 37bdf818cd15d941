/** What people ask for through the API: recorded before it is acknowledged, refused when it makes no sense now. */
import { describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/http/api.ts';
import { HeldStore } from '../support/held-store.ts';
import { settle } from '../support/virtual-clock.ts';
import { openStation, outcomeOf, proofOf, type Station } from './station.ts';

const base = '/api/v1/integrations/hq';
const json = { 'content-type': 'application/json' };
const post = ({ app }: Station, path: string, payload: object | string = {}) =>
  app.inject({ method: 'POST', url: `${base}/${path}`, headers: json, payload });

async function rested(station: Station): Promise<void> {
  await station.connect();
  await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 5)));
}

describe('a command', () => {
  test('starts a synchronization of the mode that was asked for', async () => {
    const station = await openStation();
    await rested(station);

    const answer = await post(station, 'synchronizations', { mode: 'full', dryRun: false });

    expect(answer.statusCode).toBe(202);
    expect(station.context().synchronization.run).toMatchObject({ id: 'run-2', mode: 'full', requestedBy: 'operator' });
    expect(station.synchronize.isAsked).toBe(true);
  });

  test('takes a delta when no mode is named, also without a body', async () => {
    const station = await openStation();
    await rested(station);

    const answer = await post(station, 'synchronizations', '');

    expect(answer.statusCode).toBe(202);
    expect(station.context().synchronization.run?.mode).toBe('delta');
  });

  test('limits a run to the types that were named, and carries the approval of its deletes', async () => {
    const station = await openStation();
    await rested(station);

    const answer = await post(station, 'synchronizations', { types: ['cardholder'], approveDeletes: true, by: 'anna' });

    expect(answer.statusCode).toBe(202);
    expect((await station.view()).synchronization.run).toMatchObject({
      types: ['cardholder'],
      approveDeletes: true,
      requestedBy: 'anna',
    });
    expect(station.synchronize.input).toMatchObject({ types: ['cardholder'], approveDeletes: true });
  });

  test('tells when the next run is due, and of which mode', async () => {
    const station = await openStation();
    await rested(station);
    const due = station.clock.now() + 900_000;

    expect((await station.view()).synchronization.nextRun).toEqual({ at: due, mode: 'delta' });
  });

  test('compares the counts now', async () => {
    const station = await openStation();
    await rested(station);

    expect((await post(station, 'refresh')).statusCode).toBe(202);
    await station.check.answer(proofOf(station.clock.now() + 1, 6, 5, { depth: 'counts' }));

    expect((await station.view()).synchronization).toMatchObject({ status: 'incomplete', proof: { equal: false } });
  });

  test('cancels the run that is under way', async () => {
    const station = await openStation();
    await station.connect();

    expect((await post(station, 'cancel')).statusCode).toBe(202);

    expect((await station.view()).synchronization.status).toBe('cancelled');
    expect(station.synchronize.isAsked).toBe(false);
  });

  test('ends a quarantine, and the diagnosis starts afresh', async () => {
    const station = await openStation();
    await rested(station);
    const lost = { type: 'plugin.lost', at: station.clock.now(), message: 'Gone.' };
    await station.runtime.send('hq', lost);
    await station.clock.advance(30_000);
    await station.diagnose.answer({ signature: 'licence', message: 'None.', rungs: [], evidence: {} });

    expect((await post(station, 'release')).statusCode).toBe(202);

    expect((await station.view()).ladder.status).toBe('diagnosing');
  });

  test('places a hold and releases it again by its name', async () => {
    const station = await openStation();

    expect((await post(station, 'holds', { name: 'night shift', reason: 'Update' })).statusCode).toBe(202);
    const held = await station.view();
    const released = await station.app.inject({ method: 'DELETE', url: `${base}/holds/night%20shift` });

    expect(held.holds).toMatchObject([{ name: 'night shift', reason: 'Update' }]);
    expect(released.statusCode).toBe(202);
    expect((await station.view()).holds).toEqual([]);
  });

  test('is acknowledged only when its step is durable', async () => {
    const store = new HeldStore();
    const station = await openStation({ store });
    store.held = true;
    let isAnswered = false;

    const answering = post(station, 'holds', { name: 'update', reason: '' }).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await settle();
    const early = isAnswered;
    store.held = false;
    store.flush();

    expect(early).toBe(false);
    expect((await answering).statusCode).toBe(202);
  });

  test('is answered with 503 when the disk refuses it', async () => {
    const store = new HeldStore();
    const station = await openStation({ store });
    store.held = true;

    const answering = post(station, 'refresh');
    await settle();
    store.fail();

    const answer = await answering;
    expect(answer.statusCode).toBe(503);
    expect(problemSchema.parse(answer.json()).code).toBe('SW_STORE_FAILED');
  });
});

describe('a command is refused with 409', () => {
  test('when a synchronization is asked for while a hold is in place, and says which', async () => {
    const station = await openStation();
    await post(station, 'holds', { name: 'update', reason: '' });

    const answer = await post(station, 'synchronizations', { mode: 'full' });

    expect(answer.statusCode).toBe(409);
    expect(problemSchema.parse(answer.json())).toMatchObject({ code: 'SW_NOT_NOW' });
    expect(answer.json().message).toContain('the hold "update"');
    expect(station.context().synchronization.pending).toBeNull();
  });

  test('when there is no run to cancel and no quarantine to end', async () => {
    const station = await openStation();

    expect((await post(station, 'cancel')).statusCode).toBe(409);
    expect((await post(station, 'release')).statusCode).toBe(409);
  });

  test('when there are too many holds, but not when one is placed again', async () => {
    const station = await openStation();
    for (let index = 0; index < 20; index++) await post(station, 'holds', { name: `hold-${index}` });

    expect((await post(station, 'holds', { name: 'one-more' })).statusCode).toBe(409);
    expect((await post(station, 'holds', { name: 'hold-3', reason: 'Again' })).statusCode).toBe(202);
  });
});

describe('a command is not taken', () => {
  test.each([
    ['synchronizations', { mode: 'half' }],
    ['synchronizations', { mode: 'full', dryRun: 'yes' }],
    ['synchronizations', { types: [] }],
    ['synchronizations', { types: ['unicorn'] }],
    ['synchronizations', { mode: 'full', force: true }],
    ['holds', { name: '' }],
    ['holds', { reason: 'no name' }],
    ['holds', '{"name": "torn'],
    ['holds', '{"__proto__": {"name": "x"}}'],
  ])('when the body of %s is %j', async (path, body) => {
    const station = await openStation();
    await rested(station);
    const before = station.runtime.lastSeq();

    const answer = await post(station, path, body);

    expect(answer.statusCode).toBe(400);
    expect(problemSchema.parse(answer.json()).code).toBe('SW_USAGE');
    expect(station.runtime.lastSeq()).toBe(before);
  });

  test('when its integration or its hold is unknown', async () => {
    const station = await openStation();
    const elsewhere = {
      method: 'POST',
      url: '/api/v1/integrations/nowhere/refresh',
      headers: json,
      payload: {},
    } as const;

    const answers = [
      await station.app.inject(elsewhere),
      await station.app.inject({ method: 'DELETE', url: `${base}/holds/none` }),
    ];

    for (const answer of answers) {
      expect(answer.statusCode).toBe(404);
      expect(problemSchema.parse(answer.json()).code).toBe('SW_NOT_FOUND');
    }
  });

  test('when it is far too large', async () => {
    const station = await openStation();

    const answer = await post(station, 'holds', { name: 'x', reason: 'y'.repeat(200_000) });

    expect(answer.statusCode).toBe(413);
  });
});
