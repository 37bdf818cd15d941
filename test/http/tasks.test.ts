/** Tasks through the API: recorded, carried out one at a time, their ends remembered, refused when they make no sense. */
import { describe, expect, test } from 'vitest';
import { CodedError } from '../../src/core/errors.ts';
import { problemSchema } from '../../src/http/api.ts';
import { taskListSchema } from '../../src/http/plugin-api.ts';
import { openStation, outcomeOf, proofOf, type Station } from './station.ts';

const base = '/api/v1/integrations/hq';
const post = ({ app }: Station, path: string, payload: object = {}) =>
  app.inject({ method: 'POST', url: `${base}/${path}`, headers: { 'content-type': 'application/json' }, payload });
const tasks = async ({ app }: Station) => taskListSchema.parse((await app.inject(`${base}/tasks`)).json()).tasks;

async function rested(): Promise<Station> {
  const station = await openStation();
  await station.connect();
  await station.synchronize.answer(outcomeOf(proofOf(station.clock.now(), 5, 5)));
  return station;
}

describe('a task', () => {
  test.each<[string, object, object]>([
    ['synchronizations', { mode: 'full', dryRun: true }, { kind: 'dry-run', mode: 'full', types: null }],
    ['entities', { kind: 'cardholder', key: '7' }, { kind: 'entity', of: 'cardholder', key: '7' }],
    ['rejected/retry', { refs: 'all' }, { kind: 'retry-rejected', refs: 'all' }],
    [
      'rejected/drop',
      { refs: [{ type: 'credential', key: '7' }] },
      { kind: 'drop-rejected', refs: [{ type: 'credential', key: '7' }] },
    ],
    ['index/rebuild', {}, { kind: 'rebuild-index' }],
    ['verify', {}, { kind: 'verify' }],
    ['runs/takeover', {}, { kind: 'take-over-run' }],
  ])('is made of POST %s %j', async (path, body, task) => {
    const station = await rested();

    const answer = await post(station, path, { ...body, by: 'anna' });
    const [asked] = await tasks(station);

    expect(answer.statusCode).toBe(202);
    expect(asked).toMatchObject({ id: answer.json().task, task, requestedBy: 'anna', status: 'working' });
    expect(station.synchronize.isAsked).toBe(false);

    await station.task.answer({ result: { count: 3 }, proof: null });
    const [ended] = await tasks(station);
    expect(ended).toMatchObject({ status: 'done', result: { count: 3 }, error: null });
    expect(ended?.endedAt).toBeGreaterThanOrEqual(ended?.requestedAt ?? Number.POSITIVE_INFINITY);
  });

  test('that fails keeps the code and the sentence', async () => {
    const station = await rested();
    await post(station, 'entities', { kind: 'cardholder', key: '7' });
    await station.task.refuse(CodedError.revive('SW_NOT_FOUND', 'There is no such record.'));

    expect((await station.view()).tasks).toMatchObject([
      { status: 'failed', result: null, error: { code: 'SW_NOT_FOUND', message: 'There is no such record.' } },
    ]);
  });

  test('can be cancelled while it waits and while it is under way, and no longer', async () => {
    const station = await rested();
    const [first, second] = [await post(station, 'verify'), await post(station, 'index/rebuild')];
    const cancel = (id: string) => station.app.inject({ method: 'DELETE', url: `${base}/tasks/${id}` });

    expect((await cancel(second.json().task)).statusCode).toBe(202);
    expect((await cancel(first.json().task)).statusCode).toBe(202);

    expect((await tasks(station)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(station.task.isAsked).toBe(false);
    expect((await cancel(first.json().task)).statusCode).toBe(409);
    expect((await cancel('unknown')).statusCode).toBe(404);
  });

  test('that proves both sides equal is the newest proof', async () => {
    const station = await rested();
    await post(station, 'verify');
    const at = station.clock.now() + 5_000;
    await station.task.answer({ result: { equal: true }, proof: proofOf(at, 6, 6) });

    expect((await station.view()).synchronization).toMatchObject({ lastProvenEqualAt: at, lastCheckedAt: at });
  });
});

describe('a task is refused', () => {
  test('when it would write while a hold lasts; what only reads is not', async () => {
    const station = await rested();
    await post(station, 'holds', { name: 'update' });

    const refused = await post(station, 'index/rebuild');

    expect(refused.statusCode).toBe(409);
    expect(problemSchema.parse(refused.json())).toMatchObject({
      code: 'SW_NOT_NOW',
      message: expect.stringContaining('the hold "update"'),
    });
    expect((await post(station, 'verify')).statusCode).toBe(202);
    expect((await post(station, 'synchronizations', { dryRun: true })).statusCode).toBe(202);
  });

  test('when too many wait', async () => {
    const station = await rested();
    for (let index = 0; index < 21; index++) expect((await post(station, 'verify')).statusCode).toBe(202);

    const refused = await post(station, 'verify');

    expect([refused.statusCode, refused.json().code]).toEqual([429, 'SW_MAILBOX_FULL']);
  });

  test('when it would take over a run of our own', async () => {
    const station = await openStation();
    await station.connect();

    const refused = await post(station, 'runs/takeover');

    expect([refused.statusCode, refused.json().code]).toEqual([409, 'SW_NOT_NOW']);
  });

  test.each([
    ['entities', { kind: 'cardholder' }],
    ['rejected/retry', { refs: [] }],
    ['rejected/drop', { refs: 'all' }],
    ['verify', { deep: true }],
  ])('when the body of %s is %j', async (path, body) => {
    const answer = await post(await openStation(), path, body);

    expect([answer.statusCode, answer.json().code]).toEqual([400, 'SW_USAGE']);
  });

  test('when it does not come as JSON', async () => {
    const { app } = await openStation();

    expect((await app.inject({ method: 'POST', url: `${base}/index/rebuild` })).statusCode).toBe(415);
  });
});
