/**
 * What people have laid down is kept from the moment at which they were told that it is taken:
 *
 * - `hold`: no remedy and no run begins, and nothing is written, while a hold lasts.
 * - `brake`, `dry-run`: no ladder acts while one of them lasts.
 */
import type { Act, Fact, Moment } from '../witness.ts';
import type { Oracle, OracleParts } from './oracle.ts';

/** What was granted a moment before may still begin. */
const momentMs = 1_000;
/** A request that was in flight may still arrive. */
const flightMs = 20_000;

interface Laid {
  readonly at: number;
  readonly elapsedMs: number;
}

export class People implements Oracle {
  readonly #parts: OracleParts;
  /** By integration and name. */
  readonly #holds = new Map<string, Map<string, Laid>>();
  #brake: Laid | null = null;
  #dryRun: Laid | null = null;

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact, moment: Moment): void {
    switch (fact.what) {
      case 'pressed':
        this.#pressed(fact.press.key, fact.press.event, moment);
        return;
      case 'commit':
        this.#committed(fact.commit.key, fact.commit.note.event);
        return;
      case 'act-began':
        this.#acted(fact.act, moment);
        return;
      case 'run-began':
        if (this.#heldSince(fact.integration))
          this.#parts.violate('hold', `a run of ${fact.integration} began while it is held`);
        return;
      case 'written': {
        const since = this.#heldSince(fact.integration);
        if (since && moment.elapsedMs - since.elapsedMs > flightMs)
          this.#parts.violate('hold', `something was written for ${fact.integration} while it is held`);
        return;
      }
    }
  }

  #pressed(key: string, event: { readonly type: string; readonly name?: string }, moment: Moment): void {
    if (event.type === 'hold.placed') {
      const holds = this.#holds.get(key) ?? new Map<string, Laid>();
      this.#holds.set(key, holds.set(event.name ?? '', moment));
    } else if (event.type === 'brake.applied') this.#brake = moment;
    else if (event.type === 'dry-run.begun') this.#dryRun = moment;
  }

  /** What is taken back ends with its commit: what follows from that comes before the person is told. */
  #committed(key: string, event: { readonly type: string; readonly [member: string]: unknown }): void {
    if (event.type === 'hold.released') this.#holds.get(key)?.delete(String(event['name']));
    else if (event.type === 'brake.released') this.#brake = null;
    else if (event.type === 'dry-run.ended') this.#dryRun = null;
  }

  #acted(act: Act, moment: Moment): void {
    const { violate, config, intents } = this.#parts;
    // What was intended before may be gone on with after a crash.
    const isNew = intents.isNew(act, moment);
    const { elapsedMs } = moment;
    const since = this.#heldSince(act.integration);
    if (since && isNew) violate('hold', `${act.rung} of ${act.integration} began while it is held`);
    for (const [rule, laid] of [
      ['brake', this.#brake],
      ['dry-run', this.#dryRun],
    ] as const)
      if (laid && isNew && elapsedMs - laid.elapsedMs > momentMs)
        violate(rule, `${act.rung} of ${act.integration} began`);
    if (config.fleet.dryRun) violate('dry-run', `${act.rung} of ${act.integration} began`);
  }

  #heldSince(integration: string): Laid | null {
    const [first] = this.#holds.get(integration)?.values() ?? [];
    return first ?? null;
  }
}
