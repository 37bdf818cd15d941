/** Waiting for a state: over any runtime, because it needs no more than its newest record and its commits. */
import type { InstanceRecord } from '../core/record.ts';
import type { Runtime } from './runtime.ts';

/** Resolves with the first durable record that satisfies the predicate; rejects when the signal aborts. */
export function waitForRecord(
  runtime: Pick<Runtime, 'record' | 'subscribe'>,
  key: string,
  predicate: (record: InstanceRecord) => boolean,
  signal: AbortSignal,
): Promise<InstanceRecord> {
  return new Promise((resolve, reject) => {
    const current = runtime.record(key);
    if (current && predicate(current)) return resolve(current);
    if (signal.aborted) return reject(signal.reason);
    const finish = () => {
      unsubscribe();
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      finish();
      reject(signal.reason);
    };
    const unsubscribe = runtime.subscribe((commit) => {
      if (commit.key !== key || commit.record === null || !predicate(commit.record)) return;
      finish();
      resolve(commit.record);
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
