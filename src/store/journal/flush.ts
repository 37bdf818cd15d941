/** Brings what was written to the device: on another thread, or at once where the way there would take longer. */
import type { Clock } from '../../core/clock.ts';
import type { DurableFile } from '../durable-file.ts';

export interface FlusherOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** See {@link StoreLimits.blockingMsMax}. */
  readonly blockingMsMax: number;
}

/** Flushes on another thread after one that stopped the process for too long. */
const flushesElsewhere = 100;

export class Flusher {
  readonly #options: FlusherOptions;
  #elsewhere = 0;

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  /** @param isAlone whether nothing else would be done meanwhile: no other entry, and no checkpoint that the device is busy with */
  async flush(file: DurableFile, isAlone: boolean): Promise<void> {
    const { clock, blockingMsMax } = this.#options;
    if (!isAlone || blockingMsMax === 0 || !file.syncNow || this.#elsewhere > 0) {
      this.#elsewhere = Math.max(0, this.#elsewhere - 1);
      return file.sync();
    }
    const begun = clock.monotonic();
    file.syncNow();
    if (clock.monotonic() - begun > blockingMsMax) this.#elsewhere = flushesElsewhere;
  }
}
