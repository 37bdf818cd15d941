/** In which states the integrations and the fleet are, as their commits tell. */
import type { Commit } from '../../runtime/index.ts';
import { statesOf } from './faults/fault.ts';
import type { Witness } from './witness.ts';

export type Entered = (integration: string, state: string, commit: Commit) => void;

export class States {
  readonly #of = new Map<string, ReadonlySet<string>>();
  readonly #listeners: Entered[] = [];

  constructor(witness: Witness) {
    witness.listen((fact) => {
      if (fact.what === 'commit') this.#take(fact.commit);
    });
  }

  onEntered(listener: Entered): void {
    this.#listeners.push(listener);
  }

  of(key: string): ReadonlySet<string> {
    return this.#of.get(key) ?? new Set();
  }

  #take(commit: Commit): void {
    const { key, record } = commit;
    if (record === null) return;
    const before = this.of(key);
    const now = new Set(statesOf(record.snapshot.value));
    this.#of.set(key, now);
    for (const state of now)
      if (!before.has(state)) for (const listener of this.#listeners) listener(key, state, commit);
  }
}
