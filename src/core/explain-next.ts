/** Third part of an explanation: what happens next by itself and when, and what would follow if that does not help. */
import type { IntegrationContext } from '../../machines/context.ts';
import { looksAgainAt } from '../../machines/escalation/ladder.ts';
import { chooseRung, currentRung } from '../../machines/escalation/rungs.ts';
import { namesText } from './explain-fleet.ts';
import { dueAt, inSentence, othersTouched, type Told, titleOf } from './explain-situation.ts';

export function nextOf(told: Told): readonly string[] {
  return (states[told.ladder]?.(told) ?? []).filter((text) => text !== '');
}

/** A sentence about a pending timer; nothing while there is none. */
function when(told: Told, delay: string, words: (due: string) => string): string {
  const due = dueAt(told, delay);
  return due === null ? '' : words(told.time.due(due));
}

const states: { readonly [state: string]: (told: Told) => readonly string[] } = {
  watching: (told) => [
    when(told, 'probeDue', (due) => `The connection is probed at ${due}.`),
    when(told, 'checkDue', (due) => `The counts of both sides are compared at ${due}.`),
    when(told, 'nextRunDue', (due) => `The next synchronization begins at ${due}.`),
    when(told, 'resumeDue', (due) => `The interrupted synchronization is resumed at ${due}.`),
  ],
  confirming: (told) => [
    when(told, 'confirm', (due) => `At ${due}, if it still lasts, the ladder looks for its cause.`),
  ],
  diagnosing: (told) => [
    when(
      told,
      'diagnoseTimeout',
      (due) => `The next rung is chosen as soon as there is evidence, at ${due} at the latest.`,
    ),
  ],
  waiting: (told) => [
    when(told, 'rungReady', (due) => {
      const { readyAt } = told.context.escalation;
      if (looksAgainAt(told.context) === null)
        return `At ${due}, if nothing stands against it: ${inSentence(titleOf(told))}.`;
      return `Not before ${told.time.clock(readyAt)}: ${inSentence(titleOf(told))}. The cause is looked for again at ${due}.`;
    }),
    approvalText(told),
    ...aboutRung(told),
  ],
  asking: (told) => [
    when(told, 'approvalExpires', (due) => `If nobody agrees by ${due}, the rung is passed over for this incident.`),
    ...aboutRung(told),
  ],
  claiming: (told) => [
    'It is carried out as soon as the fleet grants it.',
    when(
      told,
      'claimTimeout',
      (due) => `Without an answer by ${due} the claim is given back, and it is asked for again.`,
    ),
    ...aboutRung(told),
  ],
  acting: (told) => [
    when(
      told,
      'rungTimeout',
      (due) =>
        `It must have ended by ${due}; otherwise it is given up, a person is paged, and evidence is gathered anew.`,
    ),
    ...aboutRung(told),
  ],
  instructing: (told) => [
    ...(currentRung(told.context)?.steps ?? []).map((step, index) => `Step ${index + 1}: ${step}`),
    when(told, 'rungTimeout', (due) => `If nobody has answered by ${due}, it counts as not done.`),
    whatIf(told),
  ],
  rehearsing: (told) => [
    when(
      told,
      'settled',
      (due) => `At ${due} evidence is gathered anew, and the ladder goes on as if it had not helped.`,
    ),
    whatIf(told),
  ],
  settling: (told) => [
    when(told, 'settled', (due) => `At ${due} a synchronization is asked for, to prove that it helped.`),
    whatIf(told),
  ],
  proving: (told) => [
    when(
      told,
      'proofTimeout',
      (due) => `Without a proof by ${due} it counts as not helped, unless a run makes progress then.`,
    ),
    whatIf(told),
  ],
  quarantined: (told) => [
    when(told, 'slowProbe', (due) => `At ${due} evidence is gathered anew, and every rung may be tried again.`),
    'That goes on at growing intervals for as long as it takes.',
  ],
};

function approvalText({ context }: Told): string {
  const rung = currentRung(context);
  if (rung?.approval.required !== true) return '';
  const { approval } = context.escalation;
  return approval?.by == null ? 'A person is asked for agreement first.' : `${approval.by} has agreed to it.`;
}

/** What the chosen rung costs and touches, and what would follow. */
function aboutRung(told: Told): readonly string[] {
  const { context, fleet } = told;
  const rung = currentRung(context);
  if (rung === null) return [];
  const others = othersTouched(fleet?.context ?? null, context.id, rung);
  return [
    `What it takes: ${rung.impact} Cost: ${rung.cost}.`,
    others.length === 0 ? '' : `It also touches ${namesText(others)}.`,
    whatIf(told),
  ];
}

/** Which rung the policy would choose if the present one were used and did not help. */
function whatIf({ context, ladder, at, time }: Told): string {
  const rung = currentRung(context);
  if (rung === null) return '';
  const { rung: next, readyAt } = chooseRung(counted.has(ladder) ? context : afterOneMore(context, rung.id, at), at);
  if (next === null)
    return 'If it does not help, no rung is left: a person is paged, and nothing is restarted any more.';
  const again = next.id === rung.id ? 'the same once more' : inSentence(next.title);
  return `If it does not help, the next rung is: ${again}${readyAt > at ? `, not before ${time.clock(readyAt)}` : ''}.`;
}

/** States in which the present use of the rung is counted already. */
const counted = new Set(['acting', 'instructing', 'rehearsing', 'settling', 'proving']);

function afterOneMore(context: IntegrationContext, rung: string, at: number): IntegrationContext {
  const { escalation } = context;
  const attempts = { ...escalation.attempts, [rung]: (escalation.attempts[rung] ?? 0) + 1 };
  const uses = { ...escalation.uses, [rung]: [...(escalation.uses[rung] ?? []), at] };
  return { ...context, escalation: { ...escalation, attempts, uses } };
}
