/** Faults that a simulator can be told to show: what is declared, what is active, and which request each one hits. */
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import {
  type Fault,
  type FaultCommon,
  type FaultFields,
  type FaultKind,
  faultKinds,
  faultSchema,
} from './fault-schema.ts';

/** A fault as it is shown: its parameters, and what it has done. */
export interface FaultReport {
  readonly id: string;
  readonly kind: string;
  /** Matching requests seen, and those of them that were hit. */
  readonly seen: number;
  readonly hits: number;
  /** True once `times` is used up; it stays in the list until it is removed. */
  readonly spent: boolean;
  readonly [parameter: string]: unknown;
}

/** The request a fault is compared with. */
export interface FaultTarget {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
}

interface Entry {
  readonly fault: FaultCommon & { readonly kind: string };
  seen: number;
  hits: number;
}

/** Options of a {@link FaultBox}. */
export interface FaultBoxOptions<F extends FaultFields> {
  /** The server's own kinds. @default none */
  readonly domain?: F;
  /** How many faults may be held at once. @default 100 */
  readonly faultsMax?: number;
}

/**
 * The faults of one server. Each fault counts its own matching requests, so two faults never disturb each other's
 * `times`. Of several faults of one kind the first added that hits wins, and the others do not see that request.
 */
export class FaultBox<F extends FaultFields = Record<never, never>> {
  /** Every kind that can be added. */
  readonly kinds: readonly string[];
  readonly #schema: ReturnType<typeof faultSchema>;
  readonly #faultsMax: number;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #lastNumber = 0;

  constructor(options: FaultBoxOptions<F> = {}) {
    this.#schema = faultSchema(options.domain ?? {});
    this.kinds = faultKinds(options.domain ?? {});
    this.#faultsMax = options.faultsMax ?? 100;
  }

  /**
   * Checks and activates a fault.
   * @throws CodedError `SW_USAGE` when it is not a known fault, or the box is full
   */
  add(input: unknown): FaultReport {
    const parsed = this.#schema.safeParse(input);
    if (!parsed.success) {
      throw new CodedError('SW_USAGE', {
        doing: 'adding a fault',
        expected: `an object whose kind is one of ${this.kinds.join(', ')}, with the parameters of that kind`,
        found: z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' '),
        todo: 'Correct the fault and add it again',
        cause: parsed.error,
      });
    }
    const id = parsed.data.id ?? this.#freeId(parsed.data.kind);
    if (!this.#entries.has(id)) this.#makeRoom();
    // The schema proves the common fields, and `id` has just been settled.
    const entry: Entry = { fault: { ...parsed.data, id } as Entry['fault'], seen: 0, hits: 0 };
    this.#entries.set(id, entry);
    this.#notify();
    return report(entry);
  }

  /** Removes one fault; false when there is none of that id. */
  remove(id: string): boolean {
    const removed = this.#entries.delete(id);
    if (removed) this.#notify();
    return removed;
  }

  /** Removes all faults; answers how many there were. */
  clear(): number {
    const count = this.#entries.size;
    this.#entries.clear();
    if (count > 0) this.#notify();
    return count;
  }

  list(): readonly FaultReport[] {
    return [...this.#entries.values()].map(report);
  }

  /** The faults of a kind that are not spent, without counting a request. */
  active<K extends FaultKind<F>>(kind: K): readonly Fault<F, K>[] {
    return this.#of(kind).map((entry) => this.#typed(entry, kind));
  }

  /**
   * The fault of this kind that hits this request, or null; counts the request. Ask once per request and kind.
   * `applies` narrows further, for example to the list a fault names; a request it declines is not counted.
   */
  take<K extends FaultKind<F>>(
    kind: K,
    target: FaultTarget,
    applies: (fault: Fault<F, K>) => boolean = () => true,
  ): Fault<F, K> | null {
    for (const entry of this.#of(kind)) {
      const fault = this.#typed(entry, kind);
      if (!matches(entry.fault, target) || !applies(fault)) continue;
      entry.seen += 1;
      const turn = entry.seen - (entry.fault.afterRequests ?? 0);
      if (turn < 1 || turn % (entry.fault.everyNth ?? 1) !== 0) continue;
      entry.hits += 1;
      return fault;
    }
    return null;
  }

  /** Calls back after every add, remove and clear; the answer ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #of(kind: string): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.fault.kind === kind && !isSpent(entry));
  }

  #typed<K extends FaultKind<F>>(entry: Entry, _kind: K): Fault<F, K> {
    // `#of` has chosen by kind, and the schema of that kind has proved the parameters.
    return entry.fault as Fault<F, K>;
  }

  #freeId(kind: string): string {
    do this.#lastNumber += 1;
    while (this.#entries.has(`${kind}-${this.#lastNumber}`));
    return `${kind}-${this.#lastNumber}`;
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#faultsMax) return;
    const spent = [...this.#entries.values()].find(isSpent);
    if (spent === undefined) {
      throw new CodedError('SW_USAGE', {
        doing: 'adding a fault',
        expected: `fewer than ${this.#faultsMax} faults`,
        found: `${this.#entries.size}`,
        todo: 'Remove some first',
      });
    }
    this.#entries.delete(spent.fault.id);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const isSpent = (entry: Entry) => entry.fault.times !== undefined && entry.hits >= entry.fault.times;

function report(entry: Entry): FaultReport {
  return { ...entry.fault, seen: entry.seen, hits: entry.hits, spent: isSpent(entry) };
}

function matches(fault: FaultCommon, target: FaultTarget): boolean {
  const method = fault.match?.method?.toLowerCase();
  if (method !== undefined && method !== target.method.toLowerCase()) return false;
  const path = fault.match?.path?.toLowerCase();
  return path === undefined || target.path.toLowerCase().includes(path);
}
