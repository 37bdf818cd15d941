/** Pending timers in words: what happens when each of the machines' delays is over, and which of them comes next. */
import type { IntegrationContext } from '../../machines/context.ts';
import { looksAgainAt } from '../../machines/escalation/ladder.ts';
import { currentRung } from '../../machines/escalation/rungs.ts';
import { inSentence } from '../core/explain-situation.ts';
import type { InstanceRecord } from '../core/record.ts';
import type { IntegrationView, TimerView } from './api.ts';
import { delayName } from './delay-name.ts';
import { shownText } from './disclosure.ts';

/**
 * What a delay is to a person: a plan, the routine that goes on all the time, or a deadline, which comes to pass only
 * when something else does not.
 */
type Kind = 'plan' | 'routine' | 'deadline';

interface DelayWords {
  readonly kind: Kind;
  readonly region: 'connection' | 'synchronization' | 'ladder';
  readonly what: string | ((context: IntegrationContext) => string);
}

/** Every named delay of the machines; a test holds that none is missing. */
export const delayWords: { readonly [delay: string]: DelayWords } = {
  probeDue: { kind: 'routine', region: 'connection', what: 'probe the connection' },
  probeStale: { kind: 'deadline', region: 'connection', what: 'take the unanswered probe for stale' },
  checkDue: { kind: 'routine', region: 'synchronization', what: 'compare the counts' },
  nextRunDue: { kind: 'plan', region: 'synchronization', what: 'start the next synchronization' },
  resumeDue: { kind: 'plan', region: 'synchronization', what: 'resume the interrupted synchronization' },
  stallDue: { kind: 'deadline', region: 'synchronization', what: 'take the run for stalled' },
  confirm: { kind: 'plan', region: 'ladder', what: 'diagnose the deviation if it still lasts' },
  diagnoseTimeout: { kind: 'deadline', region: 'ladder', what: 'go on without a diagnosis' },
  reset: { kind: 'deadline', region: 'ladder', what: 'forget earlier attempts' },
  rungReady: {
    kind: 'plan',
    region: 'ladder',
    what: (context) =>
      looksAgainAt(context) === null ? (rungTitle(context) ?? 'carry out the next rung') : 'look for the cause again',
  },
  approvalExpires: {
    kind: 'deadline',
    region: 'ladder',
    what: (context) => `pass over without approval: ${rungTitle(context) ?? 'the rung'}`,
  },
  claimTimeout: { kind: 'deadline', region: 'ladder', what: 'give the claim back and ask for it again' },
  rungTimeout: {
    kind: 'deadline',
    region: 'ladder',
    what: (context) => `give up: ${rungTitle(context) ?? 'carry out the rung'}`,
  },
  settled: { kind: 'plan', region: 'ladder', what: 'ask for the proof of what was done' },
  proofTimeout: { kind: 'deadline', region: 'ladder', what: 'judge what was done without a proof' },
  slowProbe: { kind: 'plan', region: 'ladder', what: 'look again whether the quarantine can end' },
};

/** The title of the chosen rung as it stands in a sentence. */
function rungTitle(context: IntegrationContext): string | null {
  const title = currentRung(context)?.title;
  return title ? inSentence(title) : null;
}

const delayOf = (timerId: string) => delayName(timerId) ?? timerId;

/** All pending timers, soonest first. */
export function timerViews({ timers, snapshot }: InstanceRecord): TimerView[] {
  const context = snapshot.context as unknown as IntegrationContext; // the record is one of an integration
  return Object.entries(timers)
    .map(([id, { dueAt }]) => ({ id, dueAt, what: shownText(wordsFor(id, context)) }))
    .sort((a, b) => a.dueAt - b.dueAt);
}

function wordsFor(id: string, context: IntegrationContext): string {
  // After a dry run there is nothing to prove.
  if (id.endsWith('.escalation.rehearsing')) return 'go on with the dry run';
  const delay = delayOf(id);
  const what = delayWords[delay]?.what ?? delay;
  return typeof what === 'string' ? what : what(context);
}

/**
 * What happens next by itself, of the timers given soonest first. While the ladder is at work that is what it or the
 * synchronization does next, and the routine only when there is nothing else; deadlines of the others are never "next".
 */
export function nextOf(
  timers: readonly TimerView[],
  ladder: IntegrationView['ladder']['status'],
): IntegrationView['next'] {
  const isAhead = ({ id }: TimerView): boolean => {
    const words = delayWords[delayOf(id)];
    if (words === undefined) return false;
    return ladder !== 'watching' && words.region === 'ladder' ? true : words.kind === 'plan';
  };
  const isRoutine = ({ id }: TimerView) => delayWords[delayOf(id)]?.kind === 'routine';
  const next =
    ladder === 'watching'
      ? timers.find((timer) => isAhead(timer) || isRoutine(timer))
      : (timers.find(isAhead) ?? timers.find(isRoutine));
  return next ? { at: next.dueAt, what: next.what } : null;
}
