/** A store that keeps nothing and promises nothing: what remains is what the runtime itself costs. */
import type { Store } from '../../src/store/store.ts';

/** Answers appends in groups, a turn of the event loop later, as a store does that flushes them together. */
export function forgetfulStore(): Store {
  let waiting: (() => void)[] = [];
  const answer = () => {
    const answered = waiting;
    waiting = [];
    for (const resolve of answered) resolve();
  };
  return {
    recovered: { records: new Map(), lastSeq: 0, lastAt: 0, tornBytes: 0, epoch: 1 },
    append: () =>
      new Promise((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(answer);
      }),
    history: async () => [],
    checkpoint: async () => {},
    close: async () => {},
  };
}
