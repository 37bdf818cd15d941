/** Waits until the role is at rest: not yellow, and what it has not moving any more. */
import { type Clock, pause } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { isYellow } from './role-colour.ts';
import { type Glance, type RoleWatch, requireConnected } from './role-watch.ts';
import type { Counts } from './vendor-counts.ts';

export interface QuietParts {
  readonly watch: RoleWatch;
  readonly count: (signal: AbortSignal) => Promise<Counts>;
  readonly countEveryMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears every count. */
  readonly onCounts: (counts: Counts) => void;
  /** Whether a yellow role is waited for; else it is refused. */
  readonly waits: boolean;
  /** A synchronization was started, or found under way: yellow means that. */
  readonly isStarted: boolean;
}

/**
 * Looks and counts again and again, until the role was at rest for `quietMs`; 0 is content with the first look. Without a
 * limit: a synchronization of hours is no fault, and whoever waits for it judges its pace.
 *
 * @throws CodedError `SW_UNREACHABLE` as soon as role or proxy are gone, `SW_NOT_NOW` for a yellow role that is not waited for
 */
export async function untilQuiet(parts: QuietParts, quietMs: number): Promise<Glance> {
  const { watch, count, countEveryMs, clock, signal, onCounts, waits, isStarted } = parts;
  let restingSince = clock.monotonic();
  let before: string | null = null;
  for (;;) {
    if (isStarted) watch.noteUnderWay();
    const glance = await watch.look(signal);
    requireConnected(glance);
    const yellow = isYellow(glance.colour);
    if (yellow && !waits) throw notNow(glance);
    if (!yellow && quietMs === 0) return glance;
    const counts = await count(signal);
    onCounts(counts);
    const now = JSON.stringify(counts);
    const moved = before !== null && now !== before;
    if (moved) watch.noteUnderWay();
    if (moved || yellow) restingSince = clock.monotonic();
    before = now;
    const restMs = restingSince + quietMs - clock.monotonic();
    if (!yellow && restMs <= 0) return glance;
    await pause(clock, yellow ? countEveryMs : Math.min(countEveryMs, Math.max(1, restMs)), signal);
  }
}

function notNow({ words }: Glance): CodedError {
  return new CodedError('SW_NOT_NOW', {
    doing: 'comparing the counts of both sides',
    expected: 'a role that is at rest',
    found: words.replace(/\.$/, ''),
    todo: 'Nothing: they are compared again when it is green',
  });
}
