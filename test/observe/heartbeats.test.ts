import { Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { watchHeartbeats } from '../../src/observe/heartbeats.ts';

function watched(silenceMs: number) {
  const scheduler = new VirtualTimeScheduler();
  const beats = new Subject<void>();
  const told: string[] = [];
  watchHeartbeats(beats, { silenceMs, scheduler }).subscribe((state) => told.push(`${scheduler.now()} ${state}`));
  const beatAt = (...times: number[]) => {
    for (const at of times) scheduler.schedule(() => beats.next(), at);
    const run = () => {
      scheduler.flush();
      return told;
    };
    return { run };
  };
  return { beatAt };
}

describe('heartbeats', () => {
  test('are told once while they come in time', () => {
    const { run } = watched(1_000).beatAt(0, 500, 1_000, 1_500);

    expect(run()).toEqual(['0 answered', '2500 lost']);
  });

  test('that never begin are a loss too', () => {
    expect(watched(1_000).beatAt().run()).toEqual(['1000 lost']);
  });

  test('tell a silence once, and the first beat after it', () => {
    const { run } = watched(1_000).beatAt(0, 5_000, 5_500);

    expect(run()).toEqual(['0 answered', '1000 lost', '5000 answered', '6500 lost']);
  });
});
