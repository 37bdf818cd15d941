/** The way to one side of an integration: how long requests take, and how they fare while something is wrong. */
import type { Operation } from '../../../connectors/memory/interceptor.ts';
import { pause } from '../../../core/clock.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import type { Random } from '../../random.ts';
import type { PluginProcess } from './plugin-process.ts';
import { simulated } from './simulated-failure.ts';

/** Something that is wrong with a line as long as it lasts. */
export type Trouble =
  /** Requests fail at once; `after` the work was done and only the answer is lost. */
  | { readonly kind: 'fails'; readonly code: ErrorCode; readonly when: Operation['when']; readonly reachable: boolean }
  /** Nothing comes back until the time of the request is over. */
  | { readonly kind: 'silent'; readonly when: Operation['when'] }
  | { readonly kind: 'slow'; readonly ms: number }
  /** The next so many requests fail. */
  | { readonly kind: 'hiccup'; readonly code: ErrorCode; readonly when: Operation['when']; left: number };

/** How long a request waits for its answer. */
const requestMsMax = 30_000;
const latencyMs = { least: 4, spread: 40 };

export class Line {
  /** The newest last; what came first strikes first. */
  readonly troubles = new Set<Trouble>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether anything accepts connections at the other end. */
  get isReachable(): boolean {
    return [...this.troubles].every((one) => one.kind !== 'silent' && (one.kind !== 'fails' || one.reachable));
  }

  /** One request, at one of its two instants; throws what it fails with, and never answers a dead process. */
  async pass(process: PluginProcess, { when }: Operation): Promise<void> {
    await process.awake();
    if (when === 'before') await pause(process.life.clock, this.#latencyMs());
    await process.awake();
    for (const trouble of this.troubles) {
      if (trouble.kind === 'slow' || trouble.when !== when) continue;
      if (trouble.kind === 'silent') {
        await pause(process.life.clock, requestMsMax);
        throw simulated('SW_TIMEOUT');
      }
      if (trouble.kind === 'hiccup') {
        trouble.left -= 1;
        if (trouble.left <= 0) this.troubles.delete(trouble);
      }
      throw simulated(trouble.code);
    }
  }

  #latencyMs(): number {
    const slow = [...this.troubles].reduce((sum, one) => sum + (one.kind === 'slow' ? one.ms : 0), 0);
    return slow + latencyMs.least + this.#random.below(latencyMs.spread);
  }
}
