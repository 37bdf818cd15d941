/** Counts what came too late, and keeps the newest for people to see. */
import type { Stimulus } from '../../core/stimulus.ts';
import type { Stale, StaleKind, StaleNote } from '../runtime.ts';

export class StaleLog {
  readonly #notesMax: number;
  readonly #counts: Record<StaleKind, number> = { outcome: 0, report: 0, timer: 0, action: 0, event: 0 };
  readonly #newest: StaleNote[] = [];

  constructor(notesMax: number) {
    this.#notesMax = notesMax;
  }

  /** Takes note of a stimulus that the step has dropped. */
  note(key: string, stimulus: Stimulus, at: number): void {
    const { kind, name } = describe(stimulus);
    this.#counts[kind] += 1;
    this.#newest.push({ kind, key, at, name });
    if (this.#newest.length > this.#notesMax) this.#newest.shift();
  }

  show(): Stale {
    return { counts: { ...this.#counts }, newest: [...this.#newest] };
  }
}

function describe(stimulus: Stimulus): { readonly kind: StaleKind; readonly name: string } {
  switch (stimulus.kind) {
    case 'event':
      return stimulus.execution === undefined
        ? { kind: 'event', name: stimulus.event.type }
        : { kind: 'report', name: `${stimulus.event.type} of ${stimulus.execution}` };
    case 'timer':
      return { kind: 'timer', name: stimulus.token };
    case 'acted':
      return { kind: 'action', name: stimulus.action };
    default:
      return { kind: 'outcome', name: stimulus.execution };
  }
}
