/** What is wrong with single rungs, and with their order. */
import type { Need, Rung } from '../../machines/escalation/ladder-policy.ts';
import { isRemedy } from '../../machines/escalation/rungs.ts';
import { nextOpening } from '../../machines/escalation/windows.ts';
import type { Policy } from '../../machines/policy.ts';
import { minutes } from '../../machines/units.ts';
import { type Finding, finding, inUnits } from './policy-lint-findings.ts';

/** The floor that a comparable system publishes, so that rungs never overlap. */
const timeoutMsMin = minutes(1);
const personMsMin = minutes(15);
/** More tries than this of one rung take days: what comes behind it does not come in practice. */
const attemptsSensibleMax = 100;

/** What a remedy is there to heal cannot be its precondition. */
const healedBy: { readonly [remedy: string]: readonly Need[] } = {
  'restart-plugin': ['plugin'],
  'restart-server': ['plugin'],
  'restart-proxy': ['source'],
};

const costs: readonly Rung['cost'][] = ['none', 'low', 'medium', 'high'];

export function lintRungs({ ladder }: Policy, at: number): readonly Finding[] {
  return ladder.rungs.flatMap((rung, index) => {
    const behind = ladder.rungs.slice(index + 1);
    return [
      ...ofWindows(rung, index, ladder, at),
      ...ofNeeds(rung, index),
      ...ofAttempts(rung, index, behind),
      ...ofTimeout(rung, index),
      ...ofPerson(rung, index, behind),
      ...ofRepetition(rung, index, ladder.rungs.slice(0, index)),
    ];
  });
}

function* ofWindows(rung: Rung, index: number, ladder: Policy['ladder'], at: number): Iterable<Finding> {
  const all = isRemedy(rung) ? [ladder.windows, rung.windows] : [rung.windows];
  if (nextOpening(all, at) !== null) return;
  const path = ['ladder', 'rungs', index, 'windows'];
  const undenied = all.map(({ allow }) => ({ allow, deny: [] }));
  if (nextOpening(undenied, at) !== null)
    yield finding(
      'deny-covers-allow',
      path,
      `What is denied covers every time at which ${rung.id} is allowed. Narrow "deny" of the rung or of the ladder, or widen "allow".`,
    );
  else
    yield finding(
      'window-never-opens',
      path,
      `The windows of ${rung.id} and those of the ladder are never open together within 400 days. Make them overlap.`,
    );
}

function* ofNeeds({ id, remedy, needs }: Rung, index: number): Iterable<Finding> {
  for (const need of needs.filter((one) => healedBy[remedy]?.includes(one)))
    yield finding(
      'needs-contradict-remedy',
      ['ladder', 'rungs', index, 'needs'],
      `${id} would be passed over just when ${need} is gone, which ${remedy} is there to heal. Take ${need} out of "needs".`,
    );
}

function* ofAttempts({ id, attempts, budget }: Rung, index: number, behind: readonly Rung[]): Iterable<Finding> {
  const path = ['ladder', 'rungs', index, 'attempts'];
  if (attempts > attemptsSensibleMax && behind.length > 0)
    yield finding(
      'attempts-endless',
      path,
      `${id} may be tried ${attempts} times in one incident: ${behind.map((rung) => rung.id).join(', ')} behind it would not be reached in practice. Allow ${attemptsSensibleMax} or fewer.`,
    );
  if (budget !== null && attempts > budget.max)
    yield finding(
      'attempts-exceed-budget',
      path,
      `${id} has ${attempts} attempts, and its budget ends after ${budget.max} in ${inUnits(budget.windowMs)}. Lower "attempts", or raise "budget.max".`,
    );
}

function* ofTimeout(rung: Rung, index: number): Iterable<Finding> {
  const { id, timeoutMs, remedy } = rung;
  const path = ['ladder', 'rungs', index, 'timeoutMs'];
  if (isRemedy(rung) && timeoutMs < timeoutMsMin)
    yield finding(
      'timeout-below-floor',
      path,
      `${id} is given up after ${inUnits(timeoutMs)}, perhaps while it still works. Allow 60 s or more, and twice what it has been seen to take.`,
    );
  if (remedy === 'person' && timeoutMs < personMsMin)
    yield finding(
      'person-timeout-short',
      path,
      `${id} gives a person ${inUnits(timeoutMs)} to read, to do and to answer. Allow 15 min or more.`,
    );
}

function* ofPerson(rung: Rung, index: number, behind: readonly Rung[]): Iterable<Finding> {
  const { id, remedy, steps, cost } = rung;
  const path = ['ladder', 'rungs', index];
  if (remedy !== 'person') {
    if (steps.length > 0)
      yield finding(
        'steps-unread',
        [...path, 'steps'],
        `${id} is carried out by ${remedy}: nobody reads its steps. Remove them, or set the remedy to person.`,
      );
    return;
  }
  if (steps.length === 0)
    yield finding(
      'person-without-steps',
      [...path, 'steps'],
      `${id} asks a person, and does not say for what. List what to do in "steps".`,
    );
  const cheaper = behind.filter((next) => next.remedy !== 'person' && costs.indexOf(next.cost) < costs.indexOf(cost));
  if (cheaper.length > 0)
    yield finding(
      'person-before-robot',
      path,
      `${id} (cost ${cost}) asks a person before ${cheaper.map((next) => `${next.id} (${next.cost})`).join(', ')}. Move it behind them, or state its cost.`,
    );
}

function* ofRepetition(rung: Rung, index: number, before: readonly Rung[]): Iterable<Finding> {
  const same = before.find((other) => conditionsOf(other) === conditionsOf(rung));
  if (same !== undefined && rung.remedy !== 'person')
    yield finding(
      'rung-repeated',
      ['ladder', 'rungs', index],
      `${rung.id} does the same as ${same.id}, under the same conditions. Raise "attempts" of ${same.id} instead.`,
    );
}

const conditionsOf = ({ remedy, mode, needs, windows, approval }: Rung): string =>
  JSON.stringify([remedy, mode, [...needs].sort(), windows, approval]);
