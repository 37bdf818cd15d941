/**
 * Why the ladder of an integration does what it does, in plain sentences: for whoever is woken at night, and for whoever
 * reads the record afterwards. Pure: everything is read from what is remembered, and the time is given.
 */
import { changesOf } from './explain-changes.ts';
import { doneOf } from './explain-done.ts';
import { nextOf } from './explain-next.ts';
import type { Situation } from './explain-situation.ts';
import { timeWords } from './explain-time.ts';
import { whyOf } from './explain-why.ts';

export type { PendingDelay, Situation } from './explain-situation.ts';

/** Four parts, each of whole sentences. The first sentence of `why` stands for all of them. */
export interface Explanation {
  /** Why the ladder is in its state. */
  readonly why: readonly string[];
  /** What it has done. */
  readonly done: readonly string[];
  /** What happens next by itself, and when. */
  readonly next: readonly string[];
  /** What would stop or change that. */
  readonly changes: readonly string[];
}

/** Explains a situation. Times are told on the clocks of `timeZone`, an IANA name. */
export function explain(situation: Situation, timeZone = 'UTC'): Explanation {
  const told = { ...situation, time: timeWords(situation.at, timeZone) };
  const parts = [whyOf(told), doneOf(told), nextOf(told), changesOf(told)];
  const [why = [], done = [], next = [], changes = []] = parts.map((texts) => texts.filter((text) => text !== ''));
  return { why, done, next, changes };
}
