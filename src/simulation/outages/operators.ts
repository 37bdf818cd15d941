/** The people of the site: they hold, ask for runs, pull the brake, agree to rungs or do not, and answer what they are asked. */
import type { IntegrationContext } from '../../../machines/context.ts';
import type { SupervisorRuntime } from '../../supervise/supervisor-runtime.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Press } from './press.ts';
import type { Witness } from './witness.ts';

/** How long before something that must be done is tried again: the supervisor may be down, milliseconds. */
const againMs = 20_000;

export interface OperatorsOptions {
  readonly clock: VirtualClock;
  readonly witness: Witness;
  readonly random: Random;
  readonly runtime: () => SupervisorRuntime | null;
  /** What a person does who stands beside the server of an integration: starts it when it is down. */
  readonly mend: (integration: string) => void;
}

export class Operators {
  readonly #options: OperatorsOptions;
  /** Pause between two looks at what people are asked for. */
  lookEveryMs: number;
  /** They agree to everything, and do everything: what was broken is being healed. */
  areDiligent = false;
  /** Nobody is there. */
  areAway = false;

  constructor(options: OperatorsOptions) {
    this.#options = options;
    this.lookEveryMs = 60_000 * (4 + options.random.below(40));
    this.#lookAgain();
  }

  /** Presses a button; answers whether that was taken. */
  async press(press: Press): Promise<boolean> {
    const { runtime, witness } = this.#options;
    try {
      await runtime()?.send(press.key, press.event as never); // of the machine of that key
      if (runtime() === null) return false;
      witness.see({ what: 'pressed', press });
      return true;
    } catch {
      return false; // the supervisor is down
    }
  }

  /** Presses a button again and again until it is taken: a supervisor that dies meanwhile never answers. */
  insist(press: Press): void {
    let isTaken = false;
    void this.press(press).then((taken) => {
      isTaken ||= taken;
    });
    this.#options.clock.schedule(againMs, () => {
      if (!isTaken) this.insist(press);
    });
  }

  #lookAgain(): void {
    this.#options.clock.schedule(this.lookEveryMs, () => {
      this.#look();
      this.#lookAgain();
    });
  }

  #look(): void {
    if (this.areAway) return;
    const runtime = this.#options.runtime();
    for (const key of runtime?.keys() ?? []) {
      if (key.startsWith('~')) continue;
      const record = runtime?.record(key)?.snapshot;
      if (record) this.#answer(key, record as unknown as Asking); // a record of the integration machine
    }
  }

  #answer(key: string, { value, context }: Asking): void {
    const { random } = this.#options;
    const { rung } = context.escalation;
    const { escalation, synchronization } = value;
    const agrees = this.areDiligent || random.chance(0.6);
    const press = (event: Press['event']) => void this.press({ key, event });
    if (escalation === 'asking' && rung !== null)
      press({ type: agrees ? 'approval.given' : 'approval.refused', rung, by: 'ana' });
    if (escalation === 'instructing' && rung !== null) {
      if (agrees) this.#options.mend(key);
      press({ type: 'step.answered', rung, done: agrees, by: 'ana', note: '' });
    }
    const stopped = ['delete-guard', 'empty-source', 'visibility'].includes(context.synchronization.reason?.code ?? '');
    if (stopped && synchronization.run === 'incomplete' && this.areDiligent)
      press({ type: 'synchronization.requested', mode: 'full', requestedBy: 'ana', approveDeletes: true });
  }
}

interface Asking {
  readonly value: { readonly escalation: string; readonly synchronization: { readonly run: unknown } };
  readonly context: IntegrationContext;
}
