/** Last part of an explanation: what would stop the ladder, or change what it does. */
import { currentRung, isRemedy, usesOverAll, usesWithin } from '../../machines/escalation/rungs.ts';
import { fleetChanges } from './explain-fleet.ts';
import type { Told } from './explain-situation.ts';
import { spanText } from './explain-time.ts';
import { opensAt, windowsOf, windowTexts } from './explain-windows.ts';

export function changesOf(told: Told): readonly string[] {
  if (told.ladder === 'watching')
    return [
      'An incident opens when the connection is lost or refused, when a run ends incomplete, stalls or is interrupted again and again, or when the plugin is lost.',
      ...holdChanges(told),
      ...fleetChanges(told),
    ];
  return [
    'Proof that source and target are equal ends the incident whenever it comes, also from a run that a person starts.',
    ...personChanges(told),
    ...holdChanges(told),
    ...fleetChanges(told),
    ...windowChanges(told),
    ...budgetChanges(told),
  ];
}

function personChanges({ ladder, context: { id, escalation } }: Told): readonly string[] {
  const rung = escalation.rung ?? 'RUNG';
  switch (ladder) {
    case 'asking':
      return [
        `Agree: syncwarden approve ${id} ${rung}. Refuse, so that it is passed over: syncwarden approve ${id} ${rung} --refuse.`,
      ];
    case 'instructing':
      return [
        `Say that it is done: syncwarden answer ${id} ${rung} --done. Say that it is not: syncwarden answer ${id} ${rung} --not-done.`,
      ];
    case 'quarantined':
      return [
        'When the connection is established again the diagnosis starts afresh by itself.',
        'Releasing the quarantine does the same at once; the dashboard has a button for it.',
      ];
    case 'waiting':
      return ['A run that makes progress is never cut off: the rung waits for its end.'];
    default:
      return [];
  }
}

function holdChanges({ context: { id, holds } }: Told): readonly string[] {
  if (holds.length === 0)
    return [`A hold stops this ladder and its synchronizations: syncwarden hold ${id} place NAME.`];
  return holds.map(({ name }) => `Releasing the hold lets it go on: syncwarden hold ${id} release "${name}".`);
}

function windowChanges({ context, at, time }: Told): readonly string[] {
  const rung = currentRung(context);
  const texts = rung === null ? [] : windowTexts(windowsOf(context, rung));
  if (rung === null || texts.length === 0) return [];
  const opening = opensAt(context, rung, at);
  const now =
    opening === at
      ? 'it is open now'
      : opening === null
        ? 'no opening is in sight'
        : `it opens at ${time.due(opening)}`;
  return [`Its window is ${texts.join('; ')}; ${now}.`];
}

function budgetChanges({ context, at, time, fleet }: Told): readonly string[] {
  const rung = currentRung(context);
  if (rung === null) return [];
  const { budget: overAll } = context.policy.ladder;
  const act = fleet?.context.acts ?? [];
  const shared = fleet?.context.policy.budget ?? null;
  return [
    ...(rung.budget === null
      ? []
      : [budgetSentence('Its budget', { ...rung.budget, uses: usesWithin(context, rung, at) }, time.due)]),
    ...(overAll === null || !isRemedy(rung)
      ? []
      : [
          `The budget over all rungs: ${usesOverAll(context, at)} of ${overAll.max} used in ${spanText(overAll.windowMs)}.`,
        ]),
    ...(shared === null || !isRemedy(rung)
      ? []
      : [
          budgetSentence(
            'The budget of all integrations',
            { ...shared, uses: act.filter((use) => use > at - shared.windowMs) },
            time.due,
          ),
        ]),
  ];
}

interface Spending {
  readonly max: number;
  readonly windowMs: number;
  readonly uses: readonly number[];
}

function budgetSentence(name: string, { max, windowMs, uses }: Spending, due: (time: number) => string): string {
  const used = `${name}: ${uses.length} of ${max} used in ${spanText(windowMs)}`;
  const [oldest] = uses;
  return uses.length >= max && oldest !== undefined
    ? `${used}; the next is free at ${due(oldest + windowMs)}.`
    : `${used}.`;
}
