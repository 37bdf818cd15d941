/** What a policy would do, as lines of at most 100 columns. */
import { isSignature, signatures } from '../core/evidence-signatures.ts';
import type { Outages } from '../simulation/whatif/pattern.ts';
import type { IntegrationReport, Taken } from '../simulation/whatif/report.ts';
import type { PlayedPattern, Worst } from '../simulation/whatif/whatif.ts';
import { sinceStart } from './timetable.ts';

interface About {
  readonly patterns: number;
  readonly seeds: number;
  readonly leftOut: readonly string[];
  readonly unknownRemedies: readonly string[];
}

const columnsMax = 100;
const titleMax = 40;

/** What is played, and the head of the table. */
export function headLines(
  subject: { readonly id: string; readonly alike: readonly string[] },
  { patterns, seeds }: About,
) {
  const { id, alike } = subject;
  const others = alike.length === 0 ? '' : `; ${alike.join(', ')}: the same policy`;
  return [
    ...wrapped(`${id}: ${outagesText(patterns)}, each played ${times(seeds)}${others}`, 0),
    row('outage', ['noticed', 'proven', 'worst', 'a person']),
  ];
}

/** The pattern with its times, and what is done about it. */
export function patternLines({ title, integrations }: PlayedPattern): readonly string[] {
  const [slowest] = [...integrations].sort((one, other) => lateness(other) - lateness(one));
  const called = integrations.filter(({ person }) => person.seeds > 0);
  const most = Math.max(0, ...called.map(({ person }) => person.callsMost));
  const first = Math.min(...called.map(({ person }) => person.earliestMs ?? 0));
  const person = most === 0 ? '-' : `${most}x from ${sinceStart(first)}`;
  const times = slowest
    ? [slowest.noticed?.medianMs ?? null, slowest.proven.medianMs, slowest.proven.worstMs].map(sinceStart)
    : ['-', '-', '-'];
  return [row(title, [...times, person]), ...doneByWhom(integrations).flatMap((line) => wrapped(line, 6))];
}

/** One line for all that do the same; whose it is is said where there are several. */
function doneByWhom(integrations: readonly IntegrationReport[]): readonly string[] {
  const byWords = new Map<string, string[]>();
  for (const one of integrations) {
    const words = doneWords(one);
    byWords.set(words, [...(byWords.get(words) ?? []), one.integration]);
  }
  if (integrations.length === 1) return [...byWords.keys()];
  return [...byWords].map(
    ([words, ids]) => `${ids.length === integrations.length ? 'each' : ids.join(', ')}: ${words}`,
  );
}

const outagesText = (count: number) => (count === 1 ? '1 outage' : `${count} outages`);

const lateness = ({ proven }: IntegrationReport) => proven.worstMs ?? Number.POSITIVE_INFINITY;

function row(title: string, [noticed = '', proven = '', worst = '', person = '']: readonly string[]): string {
  const times = `${noticed.padStart(8)}  ${proven.padStart(11)}  ${worst.padStart(11)}`;
  return `  ${title.padEnd(titleMax)}  ${times}  ${person}`;
}

/** What the ladder does, and how it ends. */
function doneWords(report: IntegrationReport): string {
  const { taken, person, ended, seeds, why } = report;
  const done = taken.length > 0 ? taken.map(takenWords).join(', ') : idleWords(report);
  const open = ended.open === 0 ? '' : `; ${oftenWords(ended.open, seeds)}still not proven: ${reasonWords(why)}`;
  const end =
    ended.quarantined === 0 ? '' : `; ${oftenWords(ended.quarantined, seeds)}ends in quarantine: ${reasonWords(why)}`;
  const call = person.because === null || end !== '' ? '' : `; a person: ${reasonWords(person.because)}`;
  return `${done}${call}${open}${end}`;
}

function idleWords({ noticed, servedMost }: IntegrationReport): string {
  if (servedMost > 0) return 'nothing by itself: a restart for another one served';
  return noticed === null ? 'nothing: it is not noticed' : 'nothing';
}

const oftenWords = (count: number, seeds: number) => (count === seeds ? '' : `${count} of ${seeds} times `);

function takenWords({ rung, least, most, how }: Taken): string {
  const often = least === most ? times(most) : least === 0 ? `at most ${times(most)}` : `${least} to ${most} times`;
  const all = Object.values(how).reduce((sum, count) => sum + count, 0);
  const done = (how['done'] ?? 0) + (how['rehearsed'] ?? 0);
  const failed = all - done;
  const fate = failed === 0 ? '' : done === 0 ? ' in vain' : ` (${failed} of ${all} in vain)`;
  return `${rung} ${often}${fate}${how['rehearsed'] ? ' (dry run)' : ''}`;
}

const times = (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** What a code means; the words of simulated systems say nothing. */
function reasonWords(reason: IntegrationReport['why']): string {
  if (reason === null) return 'no reason is known';
  if (reason.code === 'exhausted') return 'all that could help was tried';
  return isSignature(reason.code) ? signatures[reason.code].means : reason.message;
}

/** The worst over all patterns, in seconds of real time. */
export function worstLines({ slowest, neverProven, withPerson }: Worst, { patterns }: Outages): readonly string[] {
  const titleOf = (name: string) => patterns.find((one) => one.name === name)?.title ?? name;
  const seconds = (ms: number) => `${Math.round(ms / 1_000).toLocaleString('en-GB')} s (${sinceStart(ms)})`;
  const never = [...new Set(neverProven.map(({ pattern }) => titleOf(pattern)))];
  const worst = slowest === null ? 'none' : `${seconds(slowest.ms)}: ${titleOf(slowest.pattern)}`;
  const cases =
    never.length === 0
      ? [`Worst case: ${worst}.`]
      : [`Worst case: never proven without a person: ${never.join('; ')}.`, `Of all others the worst: ${worst}.`];
  return [
    '',
    ...cases.flatMap((line) => wrapped(line, 2)),
    ...wrapped(`A person is needed in ${withPerson.length || 'none'} of ${outagesText(patterns.length)}.`, 2),
  ];
}

/** What the figures mean, and what is not in them. */
export function footLines({ leftOut, unknownRemedies }: About, answerAfterMin: number): readonly string[] {
  const notes = [
    'Times are h:mm:ss of real time from the first fault on: until somebody can see it, and until both sides are ' +
      'proven equal again (median, worst). Runs of the small simulated site take seconds: add what yours take.',
    'An outage begins on a Monday at 10:00 by the clocks of the site unless its title or its pattern says otherwise.',
    `Whoever is asked agrees, or does as asked, after ${answerAfterMin} min; nobody answers a page out of quarantine.`,
    ...(unknownRemedies.length === 0
      ? []
      : [`Taken to succeed, and to heal only what a pattern names under "healedBy": ${unknownRemedies.join(', ')}.`]),
    ...(leftOut.length === 0 ? [] : [`Not played, for they are in mode beside: ${leftOut.join(', ')}.`]),
  ];
  return ['', ...notes.flatMap((note) => wrapped(note, 2))];
}

/** Lines of whole words; those after the first are indented alike. */
function wrapped(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + 1 + word.length <= columnsMax)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}`);
}
