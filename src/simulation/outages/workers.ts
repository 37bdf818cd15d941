/** Plays seeds in several threads: each seed is independent of all others. */
import { Worker } from 'node:worker_threads';
import type { Played } from './play.ts';
import type { OutagesOptions } from './seeds.ts';

/** What a thread is given: every `of`-th seed from the first one on. */
export interface Share {
  readonly seed: number;
  readonly end: number;
  readonly of: number;
  readonly only?: readonly number[] | undefined;
  readonly mutation?: string | undefined;
}

/** Room for what lives for moments: with less, much of it is copied once before it is collected, a tenth of all work. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** @param program the module that plays a share when it is not the main thread, and posts what it has played */
export function playInWorkers(program: URL, jobs: number): NonNullable<OutagesOptions['playAll']> {
  return async ({ seed, seeds, only, mutation }, take) => {
    const all = new Set<Worker>();
    const endAll = () => Promise.all([...all].map((worker) => worker.terminate()));
    await Promise.all(
      Array.from({ length: jobs }, (_, at) => {
        const share: Share = { seed: seed + at, end: seed + seeds, of: jobs, only, mutation };
        const worker = new Worker(program, { workerData: share, resourceLimits });
        all.add(worker);
        return new Promise<void>((resolve, reject) => {
          worker.on('message', (played: Played) => {
            if (!take(played)) void endAll();
          });
          worker.on('error', reject);
          worker.on('exit', () => resolve());
        });
      }),
    );
  };
}
