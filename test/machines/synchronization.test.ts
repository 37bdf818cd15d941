/** Runs of some types, approvals, and what a verification settles: nothing counts as proven that is not. */
import { describe, expect, test } from 'vitest';
import { integrationMachine, synchronizationMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import { isAnsweredBy, mergeRequests, type RunRequest } from '../../machines/synchronization/request.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';
import { proofOf, runOf } from './outcomes.ts';

const policy = policySchema.parse({}) as unknown as Json;
const start = () => new Driver(synchronizationMachine, { id: 'pair', policy });
const state = (driver: Driver) => (driver.value as { run: unknown }).run;
const ask = (driver: Driver, members: object = {}) =>
  driver.later(1_000).send('synchronization.requested', { mode: 'delta', requestedBy: 'operator', ...members });
type Counts = Parameters<typeof proofOf>[1];
const end = (driver: Driver, counts: Counts, reason?: string) =>
  driver.later(1_000).answer('synchronize', runOf(proofOf(driver.at, counts), reason));

/** A whole run has ended, with these counts. */
const whole = (counts: Counts, reason?: string) => end(ask(start(), { mode: 'full' }), counts, reason);
const equal = { cardholder: [5, 5], door: [2, 2] } as const;

describe('a run of some types', () => {
  test('is carried out with exactly those', () => {
    const driver = ask(whole(equal), { types: ['door'] });

    const input = Object.values(driver.instance.record.executions).find(({ src }) => src === 'synchronize')?.input;
    expect(input).toMatchObject({ types: ['door'], approveDeletes: false });
  });

  test('keeps the state succeeded when the rest was proven, and moves no watermark of whole runs', () => {
    const driver = whole(equal);
    const before = driver.context.synchronization;
    end(ask(driver, { types: ['door'] }), { door: [3, 3] });

    const after = driver.context.synchronization;
    expect(state(driver)).toBe('succeeded');
    expect(after.proof?.types.map(({ type, source }) => [type, source.count])).toEqual([
      ['cardholder', 5],
      ['door', 3],
    ]);
    expect(after.proof?.types[0]?.at).toBe(before.proof?.at);
    expect([after.provenEqualAt, after.lastFullAt, after.wholeEndedAt]).toEqual([
      before.provenEqualAt,
      before.lastFullAt,
      before.wholeEndedAt,
    ]);
  });

  test('never succeeds by itself: without a whole proof nothing is known of the other types', () => {
    const driver = end(ask(start(), { types: ['door'] }), { door: [2, 2] });

    expect(state(driver)).toBe('incomplete');
    expect(driver.context.synchronization).toMatchObject({
      proof: null,
      provenEqualAt: null,
      reason: { code: 'partial' },
    });
  });

  test('makes the state succeeded when it mends the one type that differed', () => {
    const driver = whole({ cardholder: [5, 4], door: [2, 2] });
    expect(state(end(ask(driver, { types: ['door'] }), { door: [2, 2] }))).toBe('incomplete');
    expect(driver.context.synchronization.reason?.code).toBe('counts-differ');

    expect(state(end(ask(driver, { types: ['cardholder'] }), { cardholder: [5, 5] }))).toBe('succeeded');
  });

  test('does not hide that the counts of another type have differed since', () => {
    const driver = whole(equal).later(1_000).send('refresh.requested', { requestedBy: 'operator' });
    driver.answer('check', proofOf(driver.at, { cardholder: [6, 5], door: [2, 2] }, 'counts') as unknown as Json);
    expect(state(driver)).toBe('incomplete');

    expect(state(end(ask(driver, { types: ['door'] }), { door: [2, 2] }))).toBe('incomplete');
    expect(state(end(ask(driver, { types: ['cardholder'] }), { cardholder: [6, 6] }))).toBe('succeeded');
  });

  test.each(['rejected', 'delete-guard', 'empty-source'])('does not settle what only a whole run can: %s', (reason) => {
    const driver = whole(equal, reason);

    expect(state(end(ask(driver, { types: ['door'] }), { door: [2, 2] }))).toBe('incomplete');
    expect(driver.context.synchronization.reason?.code).toBe(reason);
    expect(state(end(ask(driver), equal))).toBe('succeeded');
  });

  test('is followed by a whole one that was asked for meanwhile', () => {
    const driver = ask(ask(whole(equal), { types: ['door'] }));
    end(driver, { door: [2, 2] });

    expect(driver.context.synchronization.run).toMatchObject({ types: null, mode: 'delta' });
  });

  test('does not put the schedule off', () => {
    const driver = whole(equal);
    const due = driver.at + driver.delayOf('nextRunDue');
    end(ask(driver, { types: ['door'] }), { door: [2, 2] });

    expect(driver.at + driver.delayOf('nextRunDue')).toBe(due);
  });

  test('that was interrupted becomes whole when a whole one is asked for', () => {
    const driver = ask(whole(equal), { types: ['door'], mode: 'full' });
    driver.refuse('synchronize', { code: 'SW_UNREACHABLE', message: 'Cut.' });
    ask(driver);

    expect(driver.context.synchronization.run).toMatchObject({ types: null, mode: 'full' });
  });
});

describe('requests', () => {
  const request = (part: Partial<RunRequest>): RunRequest => ({
    mode: 'delta',
    requestedBy: 'operator',
    types: null,
    approveDeletes: false,
    ...part,
  });
  const [door, person] = [request({ types: ['door'] }), request({ types: ['cardholder'] })];

  test.each<[string, RunRequest, RunRequest, boolean]>([
    ['a delta by a full run', request({}), request({ mode: 'full' }), true],
    ['a full one not by a delta run', request({ mode: 'full' }), request({}), false],
    ['some types by a whole run', door, request({}), true],
    ['a whole one not by some types', request({}), door, false],
    ['some types not by others', door, person, false],
    ['an approval not by a run without it', request({ approveDeletes: true }), request({ mode: 'full' }), false],
  ])('are answered: %s', (_, asked, run, answered) => {
    expect(isAnsweredBy(asked, run)).toBe(answered);
  });

  test('that wait together ask for the types of both, and for a full run if one of them does', () => {
    expect(mergeRequests(door, { ...person, mode: 'full' })).toMatchObject({
      types: ['cardholder', 'door'],
      mode: 'full',
    });
    expect(mergeRequests(door, request({}))).toMatchObject({ types: null });
  });

  test('never widen an approval to deletes that nobody has looked at', () => {
    const approved = { ...door, approveDeletes: true };

    expect(mergeRequests(approved, person).approveDeletes).toBe(false);
    expect(mergeRequests(approved, request({})).approveDeletes).toBe(false);
    expect(mergeRequests(approved, door).approveDeletes).toBe(true);
    expect(mergeRequests(person, request({ approveDeletes: true })).approveDeletes).toBe(true);
  });
});

describe('an approval of deletes', () => {
  test('goes with the run through its interruptions, and not with the next one', () => {
    const driver = ask(whole(equal, 'delete-guard'), { approveDeletes: true });
    driver.refuse('synchronize', { code: 'SW_UNREACHABLE', message: 'Cut.' }).fire('resumeDue');
    expect(driver.context.synchronization.run).toMatchObject({ approveDeletes: true, resumes: 1 });

    end(driver, equal).fire('nextRunDue');

    expect(driver.context.synchronization.run).toMatchObject({ approveDeletes: false });
  });
});

describe('a verification', () => {
  const verified = (driver: Driver, counts: Counts) => {
    driver.later(1_000);
    const proof = proofOf(driver.at, counts);
    return driver.send('verification.answered', { proof, startedAt: driver.at });
  };

  test('that finds a difference ends the success', () => {
    const driver = verified(whole(equal), { cardholder: [5, 4], door: [2, 2] });

    expect(state(driver)).toBe('incomplete');
    expect(driver.context.synchronization.counts?.equal).toBe(false);
  });

  test('that finds none settles a difference, and is the last proof', () => {
    const driver = verified(whole({ cardholder: [5, 4], door: [2, 2] }), equal);

    expect(state(driver)).toBe('succeeded');
    expect(driver.context.synchronization).toMatchObject({ reason: null, provenEqualAt: driver.at });
  });

  test('does not settle what a guard has stopped', () => {
    expect(state(verified(whole(equal, 'delete-guard'), equal))).toBe('incomplete');
  });

  test('that began before the last run ended says nothing', () => {
    const driver = whole({ cardholder: [5, 4], door: [2, 2] });
    driver.send('verification.answered', { proof: proofOf(0, equal), startedAt: 0 });

    expect(state(driver)).toBe('incomplete');
  });

  test('asked for as a task reaches the runs in the same step', () => {
    const driver = new Driver(integrationMachine, { id: 'pair', policy });
    driver.send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });
    end(driver, { cardholder: [5, 4] });
    driver.later(1_000).send('task.requested', { id: 'v', task: { kind: 'verify' }, requestedBy: 'operator' });
    driver.answer('task', { result: { equal: true }, proof: proofOf(driver.at, equal) as unknown as Json });

    expect((driver.value as { synchronization: { run: unknown } }).synchronization.run).toBe('succeeded');
    expect(driver.context.tasks).toMatchObject({ current: null, ended: [{ id: 'v', outcome: 'done' }] });
  });
});

test('a changed policy moves the next run of the composition at once', () => {
  const driver = new Driver(integrationMachine, { id: 'pair', policy });
  driver.send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });
  end(driver, equal);

  driver.send('policy.changed', { policy: policySchema.parse({ synchronization: { deltaEveryMs: 60_000 } }) });

  expect(driver.delayOf('nextRunDue')).toBe(60_000);
});
