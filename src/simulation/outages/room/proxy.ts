/** The service beside the source through which it is reached: it dies, and a remedy starts it again. */
import type { VirtualClock } from '../../virtual-clock.ts';
import type { Line, Trouble } from './line.ts';

/** From the order to the start of the new service, milliseconds. */
export const proxyStartMs = 20_000;

const dead: Trouble = { kind: 'fails', code: 'SW_UNREACHABLE', when: 'before', reachable: false };

export class ProxyService {
  readonly component: string;
  /** By the clock of the machine, as whoever asks the service manager is told. */
  startedAt: number;
  /** The highest fencing token it has seen: older owners are refused. */
  token = 0;
  readonly #clock: VirtualClock;
  readonly #lines: readonly Line[];

  constructor(component: string, clock: VirtualClock, lines: readonly Line[]) {
    this.component = component;
    this.#clock = clock;
    this.#lines = lines;
    this.startedAt = clock.now();
  }

  die(): void {
    for (const line of this.#lines) line.troubles.add(dead);
  }

  /** It is back without a restart of ours. */
  revive(): void {
    for (const line of this.#lines) line.troubles.delete(dead);
  }

  restart(): void {
    this.startedAt = this.#clock.now();
    for (const line of this.#lines) {
      line.troubles.delete(dead);
      // Every session ends with it.
      line.troubles.add({ kind: 'hiccup', code: 'SW_SESSION_LOST', when: 'before', left: 1 });
    }
  }
}
