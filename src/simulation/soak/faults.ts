/** What goes wrong, and when: drawn before each run, struck at the operation that was drawn. */
import type { Operation } from '../../connectors/memory/interceptor.ts';
import { CodedError, type ErrorCode } from '../../core/errors.ts';
import type { Random } from '../random.ts';
import { type ListFault, listFaults } from '../site/short-lists.ts';

/** Faults of one request or a few of them in a row. */
const failures = {
  unreachable: { code: 'SW_UNREACHABLE', when: 'before' },
  /** The work is done, the answer never comes. */
  timeout: { code: 'SW_TIMEOUT', when: 'after' },
  'server-failed': { code: 'SW_SERVER_FAILED', when: 'before' },
  'session-lost': { code: 'SW_SESSION_LOST', when: 'before' },
  'walk-incomplete': { code: 'SW_WALK_INCOMPLETE', when: 'before' },
} as const satisfies { readonly [fault: string]: { readonly code: ErrorCode; readonly when: Operation['when'] } };

export type FailureKind = keyof typeof failures;

interface Strike {
  /** The operation of the run at which it strikes. */
  readonly at: number;
  readonly fault: FailureKind | 'kill';
  /** Operations that fail in a row. */
  readonly count: number;
}

/** The words that every simulated failure carries, so that any other is told from it. */
const mark = 'a simulated fault';

export class Faults {
  /** How often each fault has struck. */
  readonly struck: { [fault: string]: number } = {};
  listFault: ListFault | null = null;
  readonly #random: Random;
  #strikes: Strike[] = [];
  #operations = 0;
  #failing: { readonly code: ErrorCode; readonly when: Operation['when']; left: number } | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Draws what goes wrong in the next run. */
  arm(): void {
    const random = this.#random;
    this.disarm();
    if (random.chance(0.12)) this.listFault = random.pick(listFaults) ?? null;
    const faults = [...(Object.keys(failures) as FailureKind[]), 'kill', 'kill'] as const; // the keys of the literal above
    const count = random.chance(0.35) ? 1 + random.below(3) : 0;
    for (let at = 0; at < count; at += 1)
      this.#strikes.push({ at: random.below(400), fault: random.pick(faults) ?? 'kill', count: 1 + random.below(3) });
  }

  disarm(): void {
    this.#strikes = [];
    this.#failing = null;
    this.listFault = null;
    this.#operations = 0;
  }

  note(fault: string): void {
    this.struck[fault] = (this.struck[fault] ?? 0) + 1;
  }

  /** Answers `kill` when the process is to die here; throws what the request fails with. */
  pass(call: Operation['call'] | 'commit', when: Operation['when']): 'kill' | null {
    this.#operations += 1;
    const due = this.#strikes.find(({ at, fault }) => at <= this.#operations && isPossible(fault, call, when));
    if (due) {
      this.#strikes = this.#strikes.filter((one) => one !== due);
      this.note(due.fault);
      if (due.fault === 'kill') return 'kill';
      this.#failing = { ...failures[due.fault], left: due.count };
    }
    const failing = this.#failing;
    if (failing === null || failing.when !== when || call === 'commit') return null;
    failing.left -= 1;
    if (failing.left <= 0) this.#failing = null;
    throw simulated(failing.code);
  }
}

function isPossible(fault: FailureKind | 'kill', call: Operation['call'] | 'commit', when: Operation['when']): boolean {
  if (fault === 'kill') return true;
  if (fault === 'walk-incomplete') return call === 'walk' && when === 'before';
  return call !== 'commit' && failures[fault].when === when;
}

export function simulated(code: ErrorCode): CodedError {
  return new CodedError(code, { doing: 'simulating', expected: 'an answer', found: mark, todo: 'Nothing' });
}

/** Whether a failure is one of ours. */
export function isSimulated(error: unknown): boolean {
  return error instanceof Error && error.message.includes(mark);
}
