/** What somebody outside saw of ledgers: the only testimony that a process which was killed cannot take with it. */

export type Fact =
  /** A credit was handed to the runtime; the runtime answered that it lasts. */
  | { readonly what: 'sent' | 'acknowledged'; readonly name: string; readonly id: number }
  /** The runtime answered that an instance is there; it was asked to stop it; it answered that the instance is gone. */
  | { readonly what: 'started' | 'stopping' | 'stopped'; readonly name: string }
  /** An executor was called; `job` as {@link jobName} writes it. */
  | { readonly what: 'ran'; readonly job: string; readonly key: string; readonly attempt: number }
  /** An action was carried out. */
  | { readonly what: 'told'; readonly job: string; readonly key: string };

/** What is known of one instance. */
export interface Testimony {
  readonly sent: ReadonlySet<number>;
  readonly acknowledged: ReadonlySet<number>;
  /** Numbers of the jobs that were begun, and of those whose end was told. */
  readonly ran: ReadonlySet<number>;
  readonly told: ReadonlySet<number>;
  readonly isStarted: boolean;
  readonly isStopping: boolean;
  readonly isStopped: boolean;
}

interface Notes extends Testimony {
  readonly sent: Set<number>;
  readonly acknowledged: Set<number>;
  readonly ran: Set<number>;
  readonly told: Set<number>;
  isStarted: boolean;
  isStopping: boolean;
  isStopped: boolean;
}

export class Witness {
  readonly #notes = new Map<string, Notes>();
  /** Which job an idempotency key was given for, and the other way round. */
  readonly #jobByKey = new Map<string, string>();
  readonly #keyByJob = new Map<string, string>();
  /** What no state could make good, in words. */
  readonly #violations: string[] = [];

  get violations(): readonly string[] {
    return this.#violations;
  }

  of(name: string): Testimony {
    return this.#of(name);
  }

  /** Names of the instances of which something is known. */
  get names(): readonly string[] {
    return [...this.#notes.keys()];
  }

  note(fact: Fact): void {
    switch (fact.what) {
      case 'sent':
      case 'acknowledged':
        this.#of(fact.name)[fact.what].add(fact.id);
        break;
      case 'started':
        this.#of(fact.name).isStarted = true;
        break;
      case 'stopping':
        this.#of(fact.name).isStopping = true;
        break;
      case 'stopped':
        this.#of(fact.name).isStopped = true;
        break;
      case 'ran':
      case 'told': {
        const { name, number } = parseJob(fact.job);
        this.#of(name)[fact.what].add(number);
        this.#pair(`${fact.what} ${fact.job}`, fact.key);
      }
    }
  }

  #pair(job: string, key: string): void {
    const known = this.#keyByJob.get(job) ?? key;
    if (known !== key) this.#violations.push(`${job} was done under the key ${known}, and again under ${key}`);
    const other = this.#jobByKey.get(key) ?? job;
    if (other !== job) this.#violations.push(`the key ${key} was given to ${other}, and again to ${job}`);
    this.#keyByJob.set(job, key);
    this.#jobByKey.set(key, job);
  }

  #of(name: string): Notes {
    const known = this.#notes.get(name);
    if (known) return known;
    const notes: Notes = {
      sent: new Set(),
      acknowledged: new Set(),
      ran: new Set(),
      told: new Set(),
      isStarted: false,
      isStopping: false,
      isStopped: false,
    };
    this.#notes.set(name, notes);
    return notes;
  }
}

/** `<door/3>` is the third job of the instance named door. */
export function parseJob(job: string): { readonly name: string; readonly number: number } {
  const [, name, number] = /^<(.+)\/(\d+)>$/.exec(job) ?? [];
  if (name === undefined) throw new Error(`"${job}" is not the name of a job`);
  return { name, number: Number(number) };
}
