/** Second part of an explanation: what the ladder has done, in this incident or in the last one. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { IncidentRecord, Try } from '../../machines/escalation/incident.ts';
import { inSentence, sentence, type Told, titleOfRung } from './explain-situation.ts';
import { spanText, type TimeWords } from './explain-time.ts';

/** Most tries that are told one by one; the record of the incident has the others. */
const triesMax = 8;

export function doneOf({ context, time }: Told): readonly string[] {
  const { incident, past, lessons, diagnosis } = context.escalation;
  if (incident === null) return [lastIncident(context, past.at(-1), time)];
  const earlier = Math.max(0, incident.tries.length - triesMax) + incident.triesDropped;
  const tries = incident.tries.slice(-triesMax).map((one) => trySentence(context, one, time));
  return [
    ...(earlier > 0 ? [`${earlier} earlier tries are not listed here.`] : []),
    ...(tries.length === 0 && earlier === 0 ? ['Nothing has been carried out in this incident.'] : tries),
    ...(incident.quarantinedAt === null ? [] : [`A person was paged at ${time.clock(incident.quarantinedAt)}.`]),
    ...lessonSentences(context, lessons[diagnosis?.signature ?? ''] ?? {}, diagnosis?.signature ?? ''),
  ];
}

const endings: { readonly [how in Try['how']]: string } = {
  'under-way': 'under way',
  done: 'done',
  failed: 'it failed',
  'timed-out': 'it did not end in its time',
  served: 'counted as done, because it was done for another integration',
  rehearsed: 'a dry run, nothing was done',
};

/** `At 03:12:04 UTC: restart the plugin; it failed. The plugin did not stop.` */
export function trySentence(context: IntegrationContext, { rung, at, how, message }: Try, time: TimeWords): string {
  const said = message === null ? '' : ` ${sentence(message)}`;
  return `At ${time.clock(at)}: ${inSentence(titleOfRung(context, rung))}; ${endings[how]}.${said}`;
}

function lastIncident(context: IntegrationContext, last: IncidentRecord | undefined, time: TimeWords): string {
  if (last === undefined) return 'There has been no incident that is remembered.';
  const { id, openedAt, endedAt, because, helped } = last;
  const end =
    helped === null ? 'It ended without a rung.' : `What helped: ${inSentence(titleOfRung(context, helped))}.`;
  return `The last incident, ${id}, lasted ${spanText(endedAt - openedAt)} until ${time.past(endedAt)}. ${sentence(because.message)} ${end}`;
}

type Counts = { readonly [rung: string]: { readonly tried: number; readonly helped: number } };

/** Shown, never acted upon: the order of the policy stands. */
function lessonSentences(context: IntegrationContext, counts: Counts, signature: string): readonly string[] {
  const told = Object.entries(counts).map(
    ([rung, { tried, helped }]) => `${inSentence(titleOfRung(context, rung))} helped ${helped} of ${tried} times`,
  );
  return told.length === 0 ? [] : [`In past incidents that looked like ${signature}: ${told.join('; ')}.`];
}
