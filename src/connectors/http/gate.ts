/** Lets a bounded number of pieces of work run at once; the others wait in the order in which they came. */
import { onAbort } from './on-abort.ts';

export interface Gate {
  /**
   * Runs the work when there is room, or rejects with the signal's reason if it aborts while waiting. Work that goes
   * `ahead` waits before all that does not.
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>, ahead?: boolean): Promise<T>;
  /** Changes how many may run at once. What runs already goes on; a width of 0 lets nobody in. */
  resize(width: number): void;
  readonly running: number;
  readonly waiting: number;
}

/** A gate for at most `width` at once. The queue is as long as the callers make it: each of them awaits its turn. */
export function createGate(width: number): Gate {
  let room = width;
  let running = 0;
  /** What lets each of them in, in the order of arrival. */
  const ahead = new Set<() => void>();
  const behind = new Set<() => void>();

  const turn = (signal: AbortSignal, queue: Set<() => void>) =>
    new Promise<void>((resolve, reject) => {
      const enter = () => {
        unwatch();
        resolve();
      };
      const unwatch = onAbort(signal, () => {
        queue.delete(enter);
        reject(signal.reason);
      });
      queue.add(enter);
    });

  /** A place is counted before its waiter is told, so that nobody can slip in between. */
  const admit = () => {
    for (const queue of [ahead, behind]) {
      for (const enter of queue) {
        if (running >= room) return;
        running += 1;
        queue.delete(enter);
        enter();
      }
    }
  };

  return {
    async run(signal, work, goesAhead = false) {
      signal.throwIfAborted();
      // Nobody waits while there is room, so whoever finds room passes nobody.
      if (running < room) running += 1;
      else await turn(signal, goesAhead ? ahead : behind);
      try {
        return await work();
      } finally {
        running -= 1;
        admit();
      }
    },
    resize(next) {
      room = next;
      admit();
    },
    get running() {
      return running;
    },
    get waiting() {
      return ahead.size + behind.size;
    },
  };
}
