/** What people say to the ladder: agreement, steps, remedies by hand; and how it explains itself. */
import { describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/http/api.ts';
import { explanationSchema } from '../../src/http/fleet-api.ts';
import { asksAPerson, asksForApproval, inIncident, members, tickUntil } from './ladder-station.ts';
import { openStation, type Station } from './station.ts';

const base = '/api/v1/integrations/hq';
const post = ({ app }: Station, path: string, payload: object) =>
  app.inject({ method: 'POST', url: `${base}/${path}`, headers: { 'content-type': 'application/json' }, payload });
const granted = { verdict: 'granted', message: 'Free.' };

describe('the view of the ladder', () => {
  test('tells of each rung what it costs, when it may act, and whom it touches', async () => {
    const allow = [{ cron: '0 2 * * *', timeZone: 'UTC', durationMs: 3_600_000 }];
    const policy = { ladder: { windows: { allow } } };
    const station = await openStation({ policy, members });

    const { rungs } = (await station.view()).ladder;

    expect(rungs.find(({ id }) => id === 'restart-server')).toMatchObject({
      cost: 'high',
      windows: ['only every day from 02:00 for 1 h (UTC)'],
      component: 'server:one',
      touches: ['harbour'],
      approval: { status: 'not-needed' },
    });
    expect(rungs.find(({ id }) => id === 'restart-server')?.opensAt).toBeGreaterThan(station.clock.now());
    expect(rungs.find(({ id }) => id === 'synchronize')).toMatchObject({
      needs: ['plugin', 'source', 'target'],
      windows: [],
      opensAt: station.clock.now(),
      component: null,
      touches: [],
    });
  });

  test('tells what the chosen rung waits for, and the incident with what was tried', async () => {
    const station = await inIncident({
      policy: { ladder: { rungs: [{ ...asksAPerson.ladder.rungs[0], remedy: 'x' }] } },
    });
    await station.claim.answer({
      verdict: 'later',
      reason: { code: 'storm', message: 'A storm.' },
      retryAfterMs: 30_000,
    });

    const waiting = (await station.view()).ladder;
    await tickUntil(station, () => station.claim.isAsked);
    await station.claim.answer(granted);
    const acting = (await station.view()).ladder;

    expect(waiting).toMatchObject({ status: 'waiting', waitsFor: { code: 'storm', message: 'A storm.' }, asks: null });
    expect(waiting.readyAt).toBeGreaterThan(station.clock.now() - 60_000);
    expect(acting).toMatchObject({
      status: 'acting',
      readyAt: null,
      incident: {
        id: 'incident-1',
        signature: 'counts-differ',
        signatures: [{ signature: 'counts-differ' }],
        tries: [{ rung: 'look', title: 'Look at it', how: 'under-way', endedAt: null }],
      },
    });
  });
});

describe('an approval', () => {
  test('is asked for, given under a name, and answered the same when it is said twice', async () => {
    const station = await inIncident({ policy: asksForApproval });
    const { ladder } = await station.view();
    expect(ladder).toMatchObject({ status: 'asking', asks: { kind: 'approval', rung: 'restart-server' } });
    expect(ladder.rungs[0]?.approval).toMatchObject({ status: 'asked', by: null });
    expect(ladder.asks?.until).toBe(ladder.rungs[0]?.approval.expiresAt);

    const body = { rung: 'restart-server', approve: true, by: 'operator@desk' };
    const [first, second] = [await post(station, 'approvals', body), await post(station, 'approvals', body)];

    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect((await station.view()).ladder.rungs[0]?.approval).toMatchObject({ status: 'given', by: 'operator@desk' });
    const history = (await station.app.inject(`${base}/history?limit=5`)).json().steps;
    expect(history.filter(({ event }: { event: { type: string } }) => event.type === 'approval.given')).toHaveLength(1);
    expect(JSON.stringify(history)).toContain('operator@desk agreed.');
  });

  test('that is refused passes the rung over', async () => {
    const station = await inIncident({ policy: asksForApproval });

    await post(station, 'approvals', { rung: 'restart-server', approve: false, by: 'operator@desk' });

    expect((await station.view()).ladder).toMatchObject({ status: 'quarantined', asks: null });
    expect((await station.view()).ladder.rungs[0]?.note).toBe('declined: operator@desk did not agree.');
  });

  test('that nobody asked for is refused with 409, one of an unknown rung with 404', async () => {
    const station = await openStation({ members });

    const early = await post(station, 'approvals', { rung: 'restart-server', approve: true });
    const unknown = await post(station, 'approvals', { rung: 'nothing', approve: true });

    expect([early.statusCode, unknown.statusCode]).toEqual([409, 404]);
    expect(problemSchema.parse(early.json()).message).toContain('nothing is asked: the ladder is watching');
    expect(problemSchema.parse(unknown.json()).code).toBe('SW_NOT_FOUND');
  });
});

describe('what a person was asked to do', () => {
  test('is shown with its steps, and their answer moves the ladder on', async () => {
    const station = await inIncident({ policy: asksAPerson });
    await station.claim.answer(granted);
    const { ladder } = await station.view();
    expect(ladder).toMatchObject({ status: 'instructing', asks: { kind: 'steps', steps: ['Open it.', 'Close it.'] } });

    const body = { rung: 'look', done: true, by: 'operator@desk', note: 'It hummed.' };
    const answer = await post(station, 'steps', body);

    expect(answer.statusCode).toBe(202);
    expect(station.context().escalation.incident?.tries).toMatchObject([
      { how: 'done', message: 'operator@desk did it. "It hummed."' },
    ]);
    expect((await post(station, 'steps', body)).statusCode).toBe(409);
  });
});

describe('a remedy by hand', () => {
  test('becomes a task under the name of who asked, and uses up no budget', async () => {
    const station = await openStation({ members });

    const answer = await post(station, 'remedies', { rung: 'restart-server', requestedBy: 'operator@desk' });

    expect(answer.json()).toMatchObject({ accepted: true, task: expect.any(String) });
    expect(station.task.input).toMatchObject({
      task: { kind: 'remedy', rung: 'restart-server' },
      requestedBy: 'operator@desk',
    });
    expect(station.context().escalation.uses).toEqual({});
  });

  test('of a rung that synchronizes starts a run', async () => {
    const station = await openStation({ members });

    const answer = await post(station, 'remedies', { rung: 'synchronize-full', requestedBy: 'operator@desk' });

    expect(answer.json()).toEqual({ accepted: true });
    expect(station.context().synchronization).toMatchObject({
      run: { mode: 'full', requestedBy: 'operator@desk' },
    });
  });

  test('is refused while a hold lasts, and is no cure for what only a person can do', async () => {
    const station = await openStation({ members, policy: asksAPerson });
    expect((await post(station, 'remedies', { rung: 'look' })).statusCode).toBe(409);

    const held = await openStation({ members });
    await post(held, 'holds', { name: 'update', reason: 'SiPass is updated' });
    const refused = await post(held, 'remedies', { rung: 'restart-plugin' });

    expect(refused.statusCode).toBe(409);
    expect(refused.json().message).toContain('the hold "update"');
    expect((await post(held, 'remedies', { rung: 'nothing' })).statusCode).toBe(404);
  });

  test('that is under way is not taken back by a hold: half a restart is worse than a whole one', async () => {
    const station = await openStation({ members });
    await post(station, 'remedies', { rung: 'restart-plugin' });

    await post(station, 'holds', { name: 'update' });

    expect(station.context().tasks.current?.task).toEqual({ kind: 'remedy', rung: 'restart-plugin' });
  });
});

describe('the explanation', () => {
  test('is that of the present moment, on the clocks that are asked for', async () => {
    const station = await inIncident({ policy: asksForApproval });

    const answer = await station.app.inject(`${base}/explanation?timeZone=Europe/Zurich`);

    const explanation = explanationSchema.parse(answer.json());
    expect(explanation).toMatchObject({ integration: 'hq', at: station.clock.now(), timeZone: 'Europe/Zurich' });
    expect(explanation.why[0]).toMatch(/^A person must agree before this is done: Restart the server\./);
    expect(explanation.next).toContain('It also touches harbour.');
    expect(explanation.changes.join()).toContain('syncwarden approve hq restart-server');
  });

  test('of an unknown integration is 404, on unknown clocks 400', async () => {
    const station = await openStation();

    expect((await station.app.inject('/api/v1/integrations/none/explanation')).statusCode).toBe(404);
    expect((await station.app.inject(`${base}/explanation?timeZone=Nowhere`)).statusCode).toBe(400);
  });
});
