/** A remedy that a person asks for: claimed, carried out, given back; and after a crash reality is asked first. */
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../machines/foundation.ts';
import { policySchema } from '../../machines/policy.ts';
import { CodedError } from '../../src/core/errors.ts';
import type { Remedy } from '../../src/remedies/remedy.ts';
import type { Work } from '../../src/runtime/index.ts';
import { type ClaimsByPerson, type RemedyRoom, reconcileRemedy, runRemedy } from '../../src/supervise/remedy-task.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const asked = { rung: 'restart-plugin', id: 'task-1' };

function workOf(signal = new AbortController().signal): Work<unknown> {
  const report = () => {};
  return { key: 'hq', input: {}, signal, idempotencyKey: 'k', attempt: 1, startedAt: 1_000, fencingToken: 7, report };
}

/** What happens, in order. */
function roomOf(remedy: Partial<Remedy>, verdict: Verdict = { verdict: 'granted', message: 'Free.' }) {
  const log: string[] = [];
  const claims: ClaimsByPerson = {
    claim: async ({ claim, rung, since }) => {
      log.push(`claim ${claim} ${rung} ${since}`);
      return verdict;
    },
    release: async (claim, outcome) => void log.push(`release ${claim} ${outcome}`),
  };
  const carried: Remedy = {
    act: async ({ idempotencyKey, fencingToken }) => {
      log.push(`act ${idempotencyKey} ${fencingToken}`);
      return 'It is up.';
    },
    wasDone: async () => null,
    ...remedy,
  };
  const policy = policySchema.parse({});
  const clock = new VirtualClock(2_000);
  const room: RemedyRoom = { policy, remedies: new Map([['restart-plugin', carried]]), claims, clock };
  return { room, log, clock };
}

describe('a remedy by hand', () => {
  test('is claimed under its own name, carried out with key and token, and given back', async () => {
    const { room, log } = roomOf({});

    const answer = await runRemedy(room, asked, workOf());

    expect(answer).toEqual({ result: { rung: 'restart-plugin', message: 'It is up.' }, proof: null });
    expect(log).toEqual(['claim hq/task/task-1 restart-plugin 1000', 'act k 7', 'release hq/task/task-1 done']);
  });

  test('that fails gives the component back all the same', async () => {
    const failed = new CodedError('SW_REMEDY_FAILED', { message: 'It would not stop.' });
    const { room, log } = roomOf({ act: () => Promise.reject(failed) });

    await expect(runRemedy(room, asked, workOf())).rejects.toBe(failed);

    expect(log.at(-1)).toBe('release hq/task/task-1 failed');
  });

  test('is not carried out without the right to act', async () => {
    const { room, log } = roomOf({}, { verdict: 'declined', message: 'It is too much.' });

    await expect(runRemedy(room, asked, workOf())).rejects.toMatchObject({ code: 'SW_NOT_NOW' });

    expect(log).toEqual(['claim hq/task/task-1 restart-plugin 1000', 'release hq/task/task-1 given-up']);
  });

  test('of an unknown rung, or one without a remedy, names what is missing', async () => {
    const { room, log } = roomOf({});

    await expect(runRemedy(room, { ...asked, rung: 'none' }, workOf())).rejects.toThrow('no rung of that name');
    await expect(runRemedy(room, { ...asked, rung: 'restart-proxy' }, workOf())).rejects.toThrow('not configured');
    expect(log).toEqual([]);
  });
});

describe('after a crash', () => {
  test.each([
    [false, 'redo', []],
    [true, 'done', ['release hq/task/task-1 done']],
    [null, 'failed', ['release hq/task/task-1 failed']],
  ])('a remedy of which reality says %s is %s', async (was, kind, log) => {
    const { room, log: happened } = roomOf({ wasDone: async () => was });

    const reconciled = await reconcileRemedy(room, asked, workOf());

    expect(reconciled.kind).toBe(kind);
    expect(happened).toEqual(log);
  });

  test.each([
    [false, 'failed'],
    [true, 'done'],
  ])('that lasted longer than its time a remedy of which reality says %s is %s', async (was, kind) => {
    const { room, clock } = roomOf({ wasDone: async () => was });
    const { timeoutMs } = room.policy.ladder.rungs.find(({ id }) => id === asked.rung) ?? { timeoutMs: 0 };
    await clock.advance(timeoutMs);

    const reconciled = await reconcileRemedy(room, asked, workOf());

    expect(reconciled.kind).toBe(kind);
  });
});
