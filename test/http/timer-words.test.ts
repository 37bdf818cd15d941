/** Timers in words: every delay has its phrase, and what comes next is what a person waits for. */
import { describe, expect, test } from 'vitest';
import { integrationMachine } from '../../machines/integration.ts';
import { statesOf, transitionsOf } from '../../src/core/edges.ts';
import type { TimerView } from '../../src/http/api.ts';
import { delayName } from '../../src/http/delay-name.ts';
import { delayWords, nextOf } from '../../src/http/timer-words.ts';

const timer = (delay: string, dueAt: number): TimerView => ({
  id: `xstate.after.${delay}.integration@3.somewhere`,
  dueAt,
  what: delay,
});

describe('the words for timers', () => {
  test('cover every delay that the machine uses, and no other', () => {
    const used = statesOf(integrationMachine).flatMap((node) =>
      transitionsOf(node).flatMap(({ eventType }) => delayName(eventType) ?? []),
    );

    expect(Object.keys(delayWords).sort()).toEqual([...new Set(used)].sort());
    expect(Object.keys(integrationMachine.implementations.delays).sort()).toEqual(Object.keys(delayWords).sort());
  });
});

describe('what comes next', () => {
  test('is the soonest plan or routine while the ladder watches, never a deadline', () => {
    const timers = [
      timer('stallDue', 1),
      timer('probeStale', 2),
      timer('reset', 3),
      timer('probeDue', 4),
      timer('nextRunDue', 5),
    ];

    expect(nextOf(timers, 'watching')).toEqual({ at: 4, what: 'probeDue' });
  });

  test('is what the ladder does next while it is at work, even if a probe comes sooner', () => {
    const timers = [timer('probeDue', 1), timer('checkDue', 2), timer('slowProbe', 9)];

    expect(nextOf(timers, 'quarantined')).toEqual({ at: 9, what: 'slowProbe' });
  });

  test('is the limit of a remedy while it is carried out', () => {
    const timers = [timer('probeDue', 1), timer('rungTimeout', 9)];

    expect(nextOf(timers, 'acting')).toEqual({ at: 9, what: 'rungTimeout' });
  });

  test('is an earlier synchronization when the ladder waits longer', () => {
    const timers = [timer('stallDue', 1), timer('resumeDue', 5), timer('rungReady', 9)];

    expect(nextOf(timers, 'waiting')).toEqual({ at: 5, what: 'resumeDue' });
  });

  test('is the routine when the ladder has no timer, and nothing without any timer', () => {
    expect(nextOf([timer('probeDue', 1)], 'proving')).toEqual({ at: 1, what: 'probeDue' });
    expect(nextOf([], 'watching')).toBeNull();
    expect(nextOf([timer('stallDue', 1)], 'watching')).toBeNull();
  });
});
