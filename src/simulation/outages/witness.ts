/** Everything that is experienced, in its order: what oracles judge by, and what two runs of a seed must have in common. */
import { createHash } from 'node:crypto';
import type { Page } from '../../../machines/foundation.ts';
import type { Json } from '../../core/json.ts';
import type { Commit, InstanceRecord } from '../../runtime/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Press } from './press.ts';

/** A use of a remedy, as what it acts upon sees it. */
export interface Act {
  /** The idempotency key. */
  readonly key: string;
  readonly integration: string;
  readonly rung: string;
  readonly remedy: string;
  readonly component: string;
  /** When the intent was committed, by the clock of the machine. */
  readonly intendedAt: number;
  readonly fencingToken: number;
}

export type Fact =
  | { readonly what: 'commit'; readonly commit: Commit }
  | { readonly what: 'act-began'; readonly act: Act; readonly hadEffect: boolean }
  | { readonly what: 'act-ended'; readonly act: Act; readonly how: 'answered' | 'failed' | 'aborted' }
  /** The component really was restarted. */
  | { readonly what: 'restarted'; readonly component: string; readonly act: Act | null }
  | { readonly what: 'run-began'; readonly integration: string; readonly call: number }
  | { readonly what: 'run-progressed'; readonly integration: string; readonly call: number; readonly done: number }
  | { readonly what: 'run-ended'; readonly integration: string; readonly call: number }
  | { readonly what: 'written'; readonly integration: string }
  | { readonly what: 'page'; readonly page: Page }
  /** A person did something, and was told that it is taken. */
  | { readonly what: 'pressed'; readonly press: Press }
  | {
      readonly what: 'life-began';
      readonly epoch: number;
      readonly records: ReadonlyMap<string, Json>;
      lastSeq: number;
    }
  | { readonly what: 'life-ended'; readonly how: string }
  | { readonly what: 'second-owner'; readonly refused: boolean }
  | { readonly what: 'fault-began' | 'fault-ended'; readonly fault: string; readonly on: string }
  | { readonly what: 'clock-jumped'; readonly ms: number }
  | { readonly what: 'healed' }
  | { readonly what: 'converged'; readonly afterMs: number };

/** When a fact was experienced: by the clock of the machine, and by the one that never jumps. */
export interface Moment {
  readonly at: number;
  readonly elapsedMs: number;
}

export type Listener = (fact: Fact, moment: Moment) => void;

export class Witness {
  readonly #clock: VirtualClock;
  readonly #listeners: Listener[] = [];
  readonly #hash = createHash('sha256');
  /** Newest record of each instance, and the number of the newest commit, that were told to be durable. */
  readonly records = new Map<string, InstanceRecord>();
  seq = 0;
  facts = 0;
  #calls = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** The number of a call of the engine. */
  nextCall(): number {
    this.#calls += 1;
    return this.#calls;
  }

  see(fact: Fact): void {
    const moment = { at: this.#clock.now(), elapsedMs: this.#clock.monotonic() };
    this.facts += 1;
    this.#hash.update(`${moment.elapsedMs} ${moment.at} ${nameOf(fact)}\n`);
    for (const listener of this.#listeners) listener(fact, moment);
    if (fact.what === 'commit') this.#note(fact.commit);
  }

  #note({ seq, key, record }: Commit): void {
    this.seq = seq;
    if (record === null) this.records.delete(key);
    else this.records.set(key, record);
  }

  /** Takes in what a process writes to its disk: every byte of every step. */
  wrote(path: string, data: Uint8Array, position: number): void {
    this.#hash.update(`${this.#clock.monotonic()} ${path} ${position}\n`).update(data);
  }

  /** One text for all that was experienced so far. */
  fingerprint(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** What tells a fact from another one, as text. */
function nameOf(fact: Fact): string {
  switch (fact.what) {
    case 'commit':
      return `commit ${fact.commit.seq}`; // its content went to the disk
    case 'life-began':
      return `life-began ${fact.epoch} ${fact.lastSeq}`;
    default:
      return JSON.stringify(fact);
  }
}
