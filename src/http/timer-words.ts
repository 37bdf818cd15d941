/** Pending timers in words: what happens when each of the machines' delays is over. */
import type { InstanceRecord } from '../core/record.ts';
import type { TimerView } from './api.ts';

/** What each named delay leads to; a test holds that none is missing. */
export const delayWords: { readonly [delay: string]: string } = {
  probeDue: 'probe the connection',
  probeStale: 'take the unanswered probe for stale',
  nextRunDue: 'start the next synchronization',
  resumeDue: 'resume the interrupted synchronization',
  checkDue: 'compare the counts',
  stallDue: 'take the run for stalled',
  confirm: 'take the deviation for confirmed',
  diagnoseTimeout: 'go on without a diagnosis',
  reset: 'forget earlier attempts',
  rungReady: 'carry out the next rung',
  rungTimeout: 'give the remedy up',
  settled: 'ask for the proof',
  proofTimeout: 'give the proof up',
  slowProbe: 'look again whether the cause is gone',
};

/** Delays that are deadlines rather than plans: they should not happen, so they are never "next". */
const deadlines = new Set(['probeStale', 'stallDue', 'diagnoseTimeout', 'rungTimeout', 'proofTimeout', 'reset']);
/** What happens all the time; told as "next" only when nothing else is. */
const routine = new Set(['probeDue', 'checkDue']);

/** The name of a delay in a timer's id: `xstate.after.<delay>.<state>`. */
export function delayOf(timerId: string): string {
  return /^xstate\.after\.([^.]+)\./.exec(timerId)?.[1] ?? timerId;
}

/** All pending timers, soonest first. */
export function timerViews({ timers }: InstanceRecord): TimerView[] {
  return timers
    .map(({ id, dueAt }) => ({ id, dueAt, what: delayWords[delayOf(id)] ?? delayOf(id) }))
    .sort((a, b) => a.dueAt - b.dueAt);
}

/** What happens next by itself: the soonest plan, or the soonest routine when there is no plan. */
export function nextOf(timers: readonly TimerView[]): { at: number; what: string } | null {
  const plans = timers.filter(({ id }) => !deadlines.has(delayOf(id)));
  const next = plans.find(({ id }) => !routine.has(delayOf(id)) && delayOf(id) !== 'nextRunDue') ?? plans[0];
  return next ? { at: next.dueAt, what: next.what } : null;
}
