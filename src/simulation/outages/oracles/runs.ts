/**
 * - `two-runs`: an integration has one run at a time.
 * - `climbed-while-progressing`: no remedy begins while the run of its own integration makes progress.
 */
import type { Act, Fact, Moment } from '../witness.ts';
import type { Oracle, OracleParts } from './oracle.ts';

interface Running {
  readonly call: number;
  movedAt: number;
}

export class Runs implements Oracle {
  readonly #parts: OracleParts;
  readonly #running = new Map<string, Running>();

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact, moment: Moment): void {
    switch (fact.what) {
      case 'run-began':
        if (this.#running.has(fact.integration))
          this.#parts.violate('two-runs', `a run of ${fact.integration} began while another one was under way`);
        this.#running.set(fact.integration, { call: fact.call, movedAt: moment.elapsedMs });
        return;
      case 'run-progressed': {
        const running = this.#running.get(fact.integration);
        if (running?.call === fact.call) running.movedAt = moment.elapsedMs;
        return;
      }
      case 'run-ended':
        if (this.#running.get(fact.integration)?.call === fact.call) this.#running.delete(fact.integration);
        return;
      case 'life-ended':
        this.#running.clear();
        return;
      case 'act-began':
        this.#acted(fact.act, moment);
        return;
    }
  }

  #acted(act: Act, moment: Moment): void {
    const { room, config, intents, violate } = this.#parts;
    const running = this.#running.get(act.integration);
    const integration = config.integrations.find(({ id }) => id === act.integration);
    // An intent of an earlier life is gone on with; a plugin that is silent makes no progress.
    if (!running || !integration || !intents.isNew(act, moment)) return;
    if (room.servers.get(integration.server)?.status().answering !== true) return;
    const stillMs = moment.elapsedMs - running.movedAt;
    if (stillMs < integration.policy.synchronization.stall.floorMs)
      violate('climbed-while-progressing', `${act.rung} of ${act.integration}, ${stillMs} ms after the run moved`);
  }
}
