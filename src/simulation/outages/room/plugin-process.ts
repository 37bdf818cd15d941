/** The life of a running plugin: it ends, it freezes, it thaws. */
import { forEver, type Life } from '../../life.ts';
import { simulated } from './simulated-failure.ts';

export class PluginProcess {
  readonly life: Life;
  #thawed: Promise<void> | null = null;
  #thaw: () => void = () => {};

  constructor(life: Life) {
    this.life = life;
  }

  /** Stands still until {@link thaw}. */
  freeze(): void {
    if (this.#thawed !== null) return;
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw();
    this.#thawed = null;
  }

  /** Resolves when it goes on; a dead one never does. */
  async awake(): Promise<void> {
    while (this.#thawed !== null && !this.life.isOver) await this.#thawed;
    if (this.life.isOver) await forEver();
  }

  /** A call into it: whoever waits for the answer hears when it dies. */
  call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.life.isOver) return Promise.reject(simulated('SW_PLUGIN_STOPPED'));
    return new Promise((resolve, reject) => {
      const forget = this.life.onEnd(() => reject(simulated('SW_PLUGIN_STOPPED')));
      this.awake().then(work).then(resolve, reject).finally(forget);
    });
  }
}
