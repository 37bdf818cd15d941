/** Waiting for a state: over any runtime, because it needs no more than its newest state and its commits. */
import type { AnyMachineSnapshot } from 'xstate';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Condition, Runtime, WaitOptions } from './runtime.ts';

/** Whether a state satisfies a condition. */
export function satisfies(snapshot: AnyMachineSnapshot, condition: Condition<AnyMachineSnapshot>): boolean {
  if (typeof condition === 'string') return snapshot.matches(condition);
  if (typeof condition === 'function') return condition(snapshot);
  return snapshot.hasTag(condition.tag);
}

const limitMsDefault = 60_000;

/** See {@link Runtime.waitFor}. */
export function waitForState(
  runtime: Pick<Runtime, 'snapshot' | 'subscribe'>,
  clock: Clock,
  { key, condition, options }: { key: string; condition: Condition<AnyMachineSnapshot>; options: WaitOptions },
): Promise<AnyMachineSnapshot> {
  const { limitMs = limitMsDefault, signal } = options;
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const settle = (act: () => void) => {
      for (const one of undo.splice(0)) one();
      act();
    };
    const look = (): boolean => {
      const snapshot = runtime.snapshot(key) as AnyMachineSnapshot | undefined;
      if (!snapshot) return false;
      if (satisfies(snapshot, condition)) settle(() => resolve(snapshot));
      else if (snapshot.status !== 'active') settle(() => reject(ended(key, condition, snapshot.status)));
      else return false;
      return true;
    };
    if (signal?.aborted) return reject(signal.reason);
    if (look()) return;
    undo.push(
      runtime.subscribe((commit) => {
        if (commit.key !== key) return;
        if (commit.record === null) settle(() => reject(ended(key, condition, 'stopped')));
        else look();
      }),
    );
    undo.push(clock.schedule(limitMs, () => settle(() => reject(tooLong(key, condition, limitMs)))));
    const abort = () => settle(() => reject(signal?.reason));
    signal?.addEventListener('abort', abort, { once: true });
    undo.push(() => signal?.removeEventListener('abort', abort));
  });
}

function words(condition: Condition<AnyMachineSnapshot>): string {
  if (typeof condition === 'string') return `the state "${condition}"`;
  return typeof condition === 'function' ? 'the given condition' : `the tag "${condition.tag}"`;
}

function tooLong(key: string, condition: Condition<AnyMachineSnapshot>, limitMs: number): CodedError {
  return new CodedError('SW_TIMEOUT', {
    doing: `waiting for "${key}"`,
    expected: `${words(condition)} within ${limitMs} ms`,
    found: 'that it has not come',
    todo: 'Look at the history of the instance, or wait longer',
  });
}

function ended(key: string, condition: Condition<AnyMachineSnapshot>, status: string): CodedError {
  return new CodedError('SW_INSTANCE_ENDED', {
    doing: `waiting for "${key}"`,
    expected: words(condition),
    found: `that the instance has ended (${status})`,
    todo: 'Look at its history for the reason',
  });
}
