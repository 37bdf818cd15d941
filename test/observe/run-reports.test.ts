import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { observeRun, type RunObservation } from '../../src/observe/run-reports.ts';

describe('the reports of a run', () => {
  test('a burst of progress becomes one sample with the newest numbers of every type', () => {
    const scheduler = new VirtualTimeScheduler();
    const reports = observeRun(500, scheduler);
    const seen: RunObservation[] = [];
    reports.observations.subscribe((observation) => seen.push(observation));
    reports.take({ kind: 'phase', phase: 'transferring' });
    for (let done = 1; done <= 100; done++) reports.take({ kind: 'progress', type: 'door', done, total: 100 });
    reports.take({ kind: 'progress', type: 'cardholder', done: 1, total: null });

    scheduler.flush();

    expect(seen).toEqual([
      { type: 'run.advanced', phase: 'transferring' },
      {
        type: 'run.progressed',
        progress: [
          { type: 'door', done: 100, total: 100 },
          { type: 'cardholder', done: 1, total: null },
        ],
      },
    ]);
  });

  test('ends with its run', () => {
    const reports = observeRun(500);
    let completed = false;
    reports.observations.subscribe({ complete: () => (completed = true) });

    reports.close();

    expect(completed).toBe(true);
  });
});
