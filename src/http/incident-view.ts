/** Incidents as they are shown: as lines of a list, and in whole. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Incident, IncidentRecord, Lessons, Try } from '../../machines/escalation/incident.ts';
import { titleOfRung } from '../core/explain-situation.ts';
import { shownText } from './disclosure.ts';
import type { IncidentSummary, IncidentView } from './incident-api.ts';
import type { LadderView, TryView } from './ladder-api.ts';

/** One that is open, or over. */
export type AnyIncident = Incident | IncidentRecord;

/** Of one integration, newest first, the open one among them. */
export function incidentsOf({ escalation: { incident, past } }: IntegrationContext): readonly AnyIncident[] {
  const over = [...past].reverse();
  return incident === null ? over : [incident, ...over];
}

const endOf = (incident: AnyIncident) => ('endedAt' in incident ? incident.endedAt : null);

interface Of {
  readonly integration: string;
  readonly title: string;
}

export function incidentSummary(incident: AnyIncident, of: Of): IncidentSummary {
  const { because, tries, triesDropped, signatures } = incident;
  const signature = signatures.at(-1)?.signature ?? null;
  return {
    ...of,
    id: incident.id,
    beganAt: incident.beganAt,
    openedAt: incident.openedAt,
    endedAt: endOf(incident),
    because: { code: shownText(because.code), message: shownText(because.message) },
    signature: signature === null ? null : shownText(signature),
    tries: tries.length + triesDropped,
    helped: 'helped' in incident ? incident.helped : null,
    quarantinedAt: incident.quarantinedAt,
  };
}

export function incidentDetails(incident: AnyIncident, of: Of, context: IntegrationContext): IncidentView['incident'] {
  return {
    ...incidentSummary(incident, of),
    signatures: signatureViews(incident),
    tries: tryViews(context, incident.tries),
    triesDropped: incident.triesDropped,
  };
}

export function signatureViews({ signatures }: AnyIncident) {
  return signatures.map(({ at, signature, message }) => ({
    at,
    signature: shownText(signature),
    message: shownText(message),
  }));
}

export function tryViews(context: IntegrationContext, tries: readonly Try[]): TryView[] {
  return tries.map(({ message, signature, ...one }) => ({
    ...one,
    title: titleOfRung(context, one.rung),
    signature: shownText(signature),
    message: message === null ? null : shownText(message),
  }));
}

/** Every lesson as a line of its own. */
export function lessonViews(lessons: Lessons): LadderView['lessons'] {
  return Object.entries(lessons).flatMap(([signature, rungs]) =>
    Object.entries(rungs).map(([rung, counts]) => ({ signature: shownText(signature), rung, ...counts })),
  );
}
