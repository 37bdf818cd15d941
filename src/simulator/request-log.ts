/** What a simulated server was asked and what it answered: a bounded list, and counters that never forget. */

/** One answered, broken off or abandoned request. */
export interface LoggedRequest {
  /** Rises by one with each entry, and never starts again. */
  readonly seq: number;
  /** Epoch milliseconds of the end of the exchange. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly route: string;
  /** HTTP status, or 0 when no status was sent. */
  readonly status: number;
  /** False when the answer was broken off. */
  readonly complete: boolean;
  /** Milliseconds from request to the end. */
  readonly durationMs: number;
  /** Kind of the transport fault that hit it. */
  readonly fault: string | null;
  /** Message of what the simulator itself threw: a defect of the simulator, answered as status 500. */
  readonly defect: string | null;
}

/** Counters since the start or the last {@link RequestLog.clear}. */
export interface RequestCounters {
  readonly total: number;
  /** By method and route, for example `GET /cardholders/{token}`. */
  readonly byRoute: { readonly [route: string]: number };
  readonly byStatus: { readonly [status: string]: number };
}

export class RequestLog {
  readonly #entriesMax: number;
  readonly #routesMax: number;
  readonly #byRoute = new Map<string, number>();
  readonly #byStatus = new Map<string, number>();
  #entries: LoggedRequest[] = [];
  #lastSeq = 0;
  #total = 0;

  /**
   * @param entriesMax how many requests are kept at least. @default 20000
   * @param routesMax how many routes are counted apart; the rest is counted as `other`. @default 500
   */
  constructor(entriesMax = 20_000, routesMax = 500) {
    this.#entriesMax = entriesMax;
    this.#routesMax = routesMax;
  }

  append(entry: Omit<LoggedRequest, 'seq'>): void {
    this.#lastSeq += 1;
    this.#total += 1;
    this.#entries.push({ seq: this.#lastSeq, ...entry });
    // Cut in halves: shifting one by one would copy the list for each request.
    if (this.#entries.length > this.#entriesMax * 2) this.#entries = this.#entries.slice(-this.#entriesMax);
    this.#count(this.#byRoute, `${entry.method} ${entry.route}`);
    this.#count(this.#byStatus, String(entry.status));
  }

  /** Up to `limit` entries after `seq`, oldest first. */
  after(seq: number, limit: number): readonly LoggedRequest[] {
    const first = this.#entries[0]?.seq ?? 1;
    const start = Math.max(0, seq + 1 - first);
    return this.#entries.slice(start, start + limit);
  }

  counters(): RequestCounters {
    return {
      total: this.#total,
      byRoute: Object.fromEntries(this.#byRoute),
      byStatus: Object.fromEntries(this.#byStatus),
    };
  }

  /** Empties list and counters; sequence numbers go on. */
  clear(): void {
    this.#entries = [];
    this.#total = 0;
    this.#byRoute.clear();
    this.#byStatus.clear();
  }

  #count(counters: Map<string, number>, key: string): void {
    const known = counters.has(key) || counters.size < this.#routesMax ? key : 'other';
    counters.set(known, (counters.get(known) ?? 0) + 1);
  }
}
