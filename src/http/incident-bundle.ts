/** One incident with everything that explains it, to hand to a vendor or an auditor: bounded, and without secrets. */
import type { AppOptions } from './app-options.ts';
import { shownMembers, shownWhole } from './disclosure.ts';
import { explanationOf } from './explanation.ts';
import { fleetState } from './fleet-record.ts';
import { fleetView } from './fleet-view.ts';
import type { IncidentBundle, IncidentView, TimelineEntry } from './incident-api.ts';
import { type FoundIncident, findIncident } from './incident-list.ts';
import { incidentTimeline, type Timeline } from './incident-timeline.ts';
import { incidentDetails, lessonViews } from './incident-view.ts';

/** Longest timeline in a bundle, in UTF-16 code units of its JSON; beyond it the evidence of single entries is left out. */
const timelineCharsMax = 1_000_000;

/** @throws CodedError SW_NOT_FOUND */
export async function incidentView(options: AppOptions, integration: string, id: string): Promise<IncidentView> {
  const found = findIncident(options, integration, id);
  return viewFrom(integration, found, await incidentTimeline(options.runtime, integration, found.incident));
}

function viewFrom(integration: string, found: FoundIncident, { entries, complete }: Timeline): IncidentView {
  const { incident, context, title } = found;
  const timeline = fitted(entries);
  return {
    incident: incidentDetails(incident, { integration, title }, context),
    timeline,
    complete: complete && timeline.every((entry, index) => entry === entries[index]),
  };
}

/** @throws CodedError SW_NOT_FOUND */
export async function incidentBundle(
  options: AppOptions,
  { integration, id, timeZone }: { readonly integration: string; readonly id: string; readonly timeZone: string },
): Promise<IncidentBundle> {
  const found = findIncident(options, integration, id);
  const timeline = await incidentTimeline(options.runtime, integration, found.incident);
  const { context, record } = found;
  const isOpen = context.escalation.incident?.id === id;
  const fleet = fleetState(options);
  const diagnosed = isOpen ? context.escalation.diagnosis?.evidence : undefined;
  const at = options.clock.now();
  return {
    kind: 'syncwarden-incident',
    format: 1,
    madeAt: at,
    version: options.version,
    machine: record.machine,
    ...viewFrom(integration, found, timeline),
    policy: shownWhole(isOpen ? context.policy : (timeline.policy ?? context.policy)),
    policyFrom: isOpen || timeline.policy === null ? 'now' : 'incident',
    evidence: diagnosed ? shownMembers(diagnosed) : timeline.evidence,
    lessons: lessonViews(context.escalation.lessons),
    explanation: isOpen ? explanationOf(options, integration, timeZone) : null,
    fleet: fleet && fleetView(fleet, at),
  };
}

/** All entries, with their evidence as long as there is room for it. */
function fitted(entries: readonly TimelineEntry[]): TimelineEntry[] {
  let left = timelineCharsMax;
  return entries.map((entry) => {
    left -= JSON.stringify(entry).length;
    return left >= 0 || entry.evidence === null ? entry : { ...entry, evidence: { '…': '(left out: too much)' } };
  });
}
