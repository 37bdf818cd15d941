/** Judges by the start of a component whether it was restarted since an intent. */
import { z } from 'zod';

export interface StartTime {
  /** Epoch milliseconds, by the clock of the machine on which the component runs. */
  readonly at: number;
  /** What the time was rounded down to, milliseconds. */
  readonly resolutionMs: number;
}

export interface Since {
  /** When the intent was committed, by our clock. */
  readonly startedAt: number;
  /** By how much the two clocks may differ. */
  readonly toleranceMs: number;
  readonly now: number;
}

/** The option of every remedy that compares with another clock. */
export const clockToleranceSchema = z.number().int().min(0).max(300_000);

/** What a preset grants: two machines under the same time server, and a component that was quick. */
export const clockToleranceMsDefault = 2_000;

/**
 * Whether the component started since the intent; null when its clock cannot be believed.
 *
 * Doubt counts as done: a component that started within the tolerance *before* the intent is as fresh as one that was
 * restarted by it, and the ladder proves afterwards whether it helped. The other way round it would be restarted twice.
 */
export function hasStartedSince(start: StartTime, { startedAt, toleranceMs, now }: Since): boolean | null {
  if (start.at > now + toleranceMs) return null;
  return start.at + Math.max(0, start.resolutionMs - 1) + toleranceMs >= startedAt;
}
