/** Incidents as lines for people. */
import { spanText } from '../core/explain-time.ts';
import type { IncidentSummary, IncidentView } from '../http/incident-api.ts';

export const iso = (time: number): string => new Date(time).toISOString();

/** One incident on one line. */
export function incidentLine({
  integration,
  id,
  openedAt,
  endedAt,
  signature,
  because,
  helped,
  tries,
}: IncidentSummary) {
  const end =
    endedAt === null
      ? 'OPEN'
      : `over after ${spanText(endedAt - openedAt)}, ${helped === null ? 'without a rung' : `${helped} helped`}`;
  const told = tries === 1 ? '1 try' : `${tries} tries`;
  return `${integration} ${id}  ${iso(openedAt)}  ${end}, ${told}  ${signature ?? 'not diagnosed'}: ${because.message}`;
}

/** One incident in whole. */
export function incidentLines({ incident, timeline, complete }: IncidentView): readonly string[] {
  const { beganAt, openedAt, endedAt, helped, because, quarantinedAt, tries, triesDropped, signatures } = incident;
  return [
    `${incident.integration} ${incident.id}: ${because.message} (${because.code})`,
    `  first sign  ${iso(beganAt)}`,
    `  opened      ${iso(openedAt)}`,
    endedAt === null
      ? '  ended       still open'
      : `  ended       ${iso(endedAt)}, after ${spanText(endedAt - openedAt)}`,
    ...(quarantinedAt === null ? [] : [`  paged       ${iso(quarantinedAt)}`]),
    ...(endedAt === null ? [] : [`  helped      ${helped ?? 'nothing that the ladder did'}`]),
    ...signatures.map(({ at, signature, message }) => `  diagnosed   ${iso(at)} ${signature}: ${message}`),
    ...(triesDropped === 0 ? [] : [`  tries       ${triesDropped} earlier ones are not kept`]),
    ...tries.map(
      ({ at, rung, how, message }) =>
        `  try         ${iso(at)} ${rung}: ${how}${message === null ? '' : `. ${message}`}`,
    ),
    ...timeline.map(
      ({ at, seq, what, because: why }) => `  ${iso(at)} #${seq} ${what}${why === null ? '' : ` ${why}`}`,
    ),
    ...(complete ? [] : ['  The timeline is not whole: the history does not reach back, or entries were left out.']),
  ];
}
