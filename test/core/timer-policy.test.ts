import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { begin } from '../../src/core/step.ts';
import { moveTimers, type TimerPolicy } from '../../src/core/timer-policy.ts';

const waiting = setup({ delays: { patience: 10_000 } }).createMachine({
  id: 'waiting@1',
  initial: 'waits',
  states: { waits: { after: { patience: 'late' } }, late: {} },
});
const id = 'xstate.after.patience.waiting@1.waits';
const started = begin(waiting, { key: 'w', input: {}, at: 1_000 }).instance;

/** The deadline of a 10 s delay set at 1 s, whose process died at 4 s and is back at `at`. */
function dueAfter(policy: TimerPolicy, at: number, lastAliveAt = 4_000): number {
  const moved = moveTimers(started, { lastAliveAt, at, policyOf: () => policy });
  return (moved?.instance ?? started).record.timers[id]?.dueAt ?? Number.NaN;
}

describe('a pending delay after its process was away', () => {
  test.each<[TimerPolicy, number, number]>([
    ['deadline', 5_000, 11_000],
    ['deadline', 60_000, 11_000],
    ['remaining', 5_000, 12_000],
    ['remaining', 60_000, 67_000],
    ['restart', 5_000, 15_000],
    ['restart', 60_000, 70_000],
  ])('%s, back at %i: due at %i', (policy, at, due) => {
    expect(dueAfter(policy, at)).toBe(due);
  });

  test('that was overdue already when the process died fires at once', () => {
    expect(dueAfter('remaining', 60_000, 20_000)).toBe(60_000);
  });

  test('never lasts longer than the whole delay, even when the clock of the dead process was behind', () => {
    expect(dueAfter('remaining', 60_000, 0)).toBe(70_000);
  });

  test('is a new incarnation when it moves, and the old one is cancelled', () => {
    const moved = moveTimers(started, { lastAliveAt: 4_000, at: 60_000, policyOf: () => 'restart' });

    expect(moved?.effects.map(({ kind }) => kind)).toEqual(['cancel-timer', 'set-timer']);
    expect(moved?.instance.record.timers[id]?.token).not.toBe(started.record.timers[id]?.token);
    expect(moved?.instance.record.step).toBe(started.record.step + 1);
  });

  test('that stands changes nothing', () => {
    expect(moveTimers(started, { lastAliveAt: 4_000, at: 60_000, policyOf: () => 'deadline' })).toBeNull();
  });
});
