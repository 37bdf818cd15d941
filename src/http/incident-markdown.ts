/** An incident's bundle as a document that a person can read and print. */
import { spanText } from '../core/explain-time.ts';
import type { IncidentBundle, TimelineEntry } from './incident-api.ts';

/** Times are ISO, in UTC: the document outlives the place where it was made. */
const iso = (time: number) => new Date(time).toISOString();

export function bundleMarkdown(bundle: IncidentBundle): string {
  const { incident } = bundle;
  const parts = [
    [`# ${plain(incident.title)}: ${incident.id}`, ...headLines(bundle)],
    explanationLines(bundle),
    section('What it was diagnosed as', signatureLines(bundle)),
    section('What was tried', tryLines(bundle)),
    section('Timeline', timelineLines(bundle)),
    section('Evidence of the newest diagnosis', json(bundle.evidence)),
    section('What past incidents taught', lessonLines(bundle)),
    section(
      bundle.policyFrom === 'incident' ? 'The policy at the end of the incident' : 'The policy now',
      json(bundle.policy),
    ),
    section('The fleet when this was written', json(bundle.fleet)),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What others wrote must not become markup of the document. */
const plain = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&');

function headLines({ incident, version, machine, madeAt, complete }: IncidentBundle): readonly string[] {
  const { beganAt, openedAt, endedAt, helped, quarantinedAt } = incident;
  return [
    '',
    `- integration: ${incident.integration}`,
    `- first sign: ${iso(beganAt)}`,
    `- opened: ${iso(openedAt)}`,
    endedAt === null ? '- still open' : `- ended: ${iso(endedAt)}, after ${spanText(endedAt - openedAt)}`,
    `- because: ${plain(incident.because.message)} (${plain(incident.because.code)})`,
    ...(quarantinedAt === null ? [] : [`- a person was paged: ${iso(quarantinedAt)}`]),
    ...(endedAt === null ? [] : [`- what helped: ${helped ?? 'nothing that the ladder did'}`]),
    `- written: ${iso(madeAt)}, by Syncwarden ${version}, ${machine}`,
    ...(complete ? [] : ['- the timeline is not whole: the history does not reach back, or entries were left out']),
  ];
}

function explanationLines({ explanation }: IncidentBundle): readonly string[] {
  if (explanation === null) return [];
  const { why, done, next, changes } = explanation;
  const part = (title: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : ['', `### ${title}`, '', ...texts.map((text) => `- ${plain(text)}`)];
  return [
    '## How it stands',
    ...part('Why', why),
    ...part('What was done', done),
    ...part('What happens next', next),
    ...part('What would change that', changes),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}

function signatureLines({ incident }: IncidentBundle): readonly string[] {
  return incident.signatures.map(({ at, signature, message }) => `- ${iso(at)} ${plain(signature)}: ${plain(message)}`);
}

function tryLines({ incident }: IncidentBundle): readonly string[] {
  if (incident.tries.length === 0) return ['Nothing was carried out.'];
  const rows = incident.tries.map(
    ({ at, endedAt, title, how, message }) =>
      `| ${iso(at)} | ${endedAt === null ? '' : iso(endedAt)} | ${plain(title)} | ${how} | ${plain(message ?? '')} |`,
  );
  const dropped = incident.triesDropped === 0 ? [] : ['', `${incident.triesDropped} earlier tries are not kept.`];
  return ['| from | until | rung | how | what it said |', '|---|---|---|---|---|', ...rows, ...dropped];
}

function timelineLines({ timeline }: IncidentBundle): readonly string[] {
  return timeline.map(
    ({ at, seq, kind, what, because }: TimelineEntry) =>
      `- ${iso(at)} #${seq} ${kind}: ${plain(what)}${because === null ? '' : ` ${plain(because)}`}`,
  );
}

function lessonLines({ lessons }: IncidentBundle): readonly string[] {
  return lessons.map(
    ({ signature, rung, tried, helped }) => `- ${plain(signature)}: ${rung} helped ${helped} of ${tried} times`,
  );
}

function json(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  // A fence longer than any run of backticks in the text cannot be closed by it.
  const text = JSON.stringify(value, null, 2);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}json`, text, fence];
}
