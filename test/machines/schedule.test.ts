/** The plan: pauses and times of the calendar, over both changes of the clocks, each occurrence once. */
import { describe, expect, test } from 'vitest';
import { newMemory, type SynchronizationMemory } from '../../machines/context.ts';
import { synchronizationMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import { nextOccurrence } from '../../machines/schedule.ts';
import { nextRun, scheduledMode } from '../../machines/synchronization/plan.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';
import { proofOf, runOf } from './outcomes.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const zurich = (cron: string) => ({ cron, timeZone: 'Europe/Zurich' });

/** The first occurrences after an instant. */
function occurrences(cron: string, from: string, count: number): readonly (string | null)[] {
  const found: (string | null)[] = [];
  let last = at(from);
  for (let index = 0; index < count; index++) {
    last = nextOccurrence(zurich(cron), last) ?? Number.NaN;
    found.push(iso(last));
  }
  return found;
}

const context = (synchronization: object, memory: Partial<SynchronizationMemory>) => {
  const policy = policySchema.parse({ synchronization });
  const fresh = newMemory({ id: 'pair', policy, at: 0 });
  return { ...fresh, synchronization: { ...fresh.synchronization, ...memory } };
};

describe('times of the calendar', () => {
  test('a time that the clocks skip comes once, when they have gone forward', () => {
    expect(occurrences('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('a time that the clocks show twice comes once, the first time', () => {
    expect(occurrences('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(occurrences('0 2 * * 0', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-11-01T01:00:00.000Z',
    ]);
  });

  test('what comes every hour comes every hour, over both changes', () => {
    for (const from of ['2026-03-28T22:00:00Z', '2026-10-24T22:00:00Z']) {
      const found = occurrences('0 * * * *', from, 8).map((text) => at(text ?? ''));
      expect(found.map((time, index) => time - at(from) - (index + 1) * 3_600_000)).toEqual(found.map(() => 0));
    }
  });

  test('an occurrence is not the one after itself', () => {
    expect(iso(nextOccurrence(zurich('0 2 * * 0'), at('2026-06-07T00:00:00Z')))).toBe('2026-06-14T00:00:00.000Z');
    expect(iso(nextOccurrence(zurich('0 2 * * 0'), at('2026-06-06T23:59:59.999Z')))).toBe('2026-06-07T00:00:00.000Z');
  });
});

describe('the next run', () => {
  const weekly = { schedule: { full: zurich('0 2 * * 0') } };
  const saturday = at('2026-06-06T23:50:00Z');
  const sunday = at('2026-06-07T00:00:00Z');
  const known = { lastFullAt: saturday - 600_000_000, fullStartedAt: saturday - 600_000_000 };

  test('counts a pause from the end of the last whole run, and never lies in the past', () => {
    const memory = { ...known, lastFullAt: 1_000, wholeEndedAt: 1_000 };

    expect(nextRun(context({}, memory), 1_000)).toEqual({ at: 901_000, mode: 'delta' });
    expect(nextRun(context({}, memory), 2_000_000)).toEqual({ at: 2_000_000, mode: 'delta' });
  });

  test('is the full one of the calendar when that comes before the pause is over', () => {
    const memory = { ...known, wholeStartedAt: saturday, wholeEndedAt: saturday };

    expect(nextRun(context(weekly, memory), saturday)).toEqual({ at: sunday, mode: 'full' });
    expect(scheduledMode(context(weekly, memory), sunday - 1)).toBe('delta');
  });

  test('makes up once for what was missed, however long', () => {
    const late = sunday + 3 * 7 * 86_400_000;
    const missed = context(weekly, { ...known, wholeEndedAt: saturday });
    expect(nextRun(missed, late)).toEqual({ at: late, mode: 'full' });

    const madeUp = context(weekly, { lastFullAt: late, fullStartedAt: late, wholeStartedAt: late, wholeEndedAt: late });
    expect(nextRun(madeUp, late)).toMatchObject({ at: late + 900_000, mode: 'delta' });
  });

  test('a full run that failed is not begun again before its next time', () => {
    const tried = context(weekly, {
      ...known,
      fullStartedAt: sunday,
      wholeStartedAt: sunday,
      wholeEndedAt: sunday + 1,
    });

    expect(nextRun(tried, sunday + 1)).toEqual({ at: sunday + 900_001, mode: 'delta' });
  });

  test('comes no later than usual when the last one is dated ahead, from before the clock was set back', () => {
    const ahead = saturday + 365 * 86_400_000;
    const memory = { lastFullAt: ahead, fullStartedAt: ahead, wholeStartedAt: ahead, wholeEndedAt: ahead };
    const daily = { schedule: { delta: zurich('0 2 * * *'), full: zurich('0 2 * * 0') } };

    expect(nextRun(context({}, memory), saturday)).toEqual({ at: saturday + 900_000, mode: 'full' });
    expect(nextRun(context(weekly, memory), saturday)).toEqual({ at: sunday, mode: 'full' });
    expect(nextRun(context(daily, memory), saturday)).toEqual({ at: sunday, mode: 'full' });
  });

  test('of both calendars at the same time is one run, the full one', () => {
    const both = { schedule: { delta: zurich('0 2 * * *'), full: zurich('0 2 * * 0') } };
    const before = context(both, { ...known, wholeStartedAt: saturday });
    const after = context(both, { ...known, wholeStartedAt: sunday, fullStartedAt: sunday });

    expect(nextRun(before, saturday)).toEqual({ at: sunday, mode: 'full' });
    expect(nextRun(after, sunday + 60_000)).toEqual({ at: sunday + 86_400_000, mode: 'delta' });
  });
});

describe('the schedule of the machine', () => {
  const start = (synchronization: object) => {
    const policy = policySchema.parse({ synchronization });
    return new Driver(synchronizationMachine, { id: 'pair', policy: policy as unknown as Json });
  };
  const firstRun = (driver: Driver) => {
    driver.send('connection.established');
    return driver.answer('synchronize', runOf(proofOf(driver.at, { cardholder: [5, 5] })));
  };

  test('begins the run that it has told', () => {
    const driver = firstRun(start({ schedule: { full: zurich('0 2 * * 0') } }));
    driver.fire('nextRunDue');

    expect(driver.context.synchronization.run).toMatchObject({ mode: 'delta', requestedBy: 'schedule', types: null });
  });

  test('a changed policy moves the next run at once', () => {
    const driver = firstRun(start({}));
    expect(driver.delayOf('nextRunDue')).toBe(900_000);

    driver.send('policy.changed', { policy: policySchema.parse({ synchronization: { deltaEveryMs: 60_000 } }) });

    // Alone, the region does not take the policy in: that is done by the composition, in the same step.
    expect(driver.delayOf('nextRunDue')).toBe(900_000);
  });

  test('a run that was cancelled does not come again at once', () => {
    const driver = firstRun(start({}));
    driver.fire('nextRunDue').later(3_600_000).send('cancellation.requested', { requestedBy: 'operator' });

    expect(driver.delayOf('nextRunDue')).toBe(900_000);
  });

  test('a manual run is never refused because one has just ended', () => {
    const driver = firstRun(start({}));
    driver.send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });

    expect(driver.context.synchronization.run).toMatchObject({ id: 'run-2', mode: 'full' });
  });
});
