/** Incidents of all integrations as one list, and one of them by its name. */
import type { IntegrationContext } from '../../machines/context.ts';
import { CodedError } from '../core/errors.ts';
import type { InstanceRecord } from '../core/record.ts';
import type { AppOptions } from './app-options.ts';
import type { IncidentSummary } from './incident-api.ts';
import { type AnyIncident, incidentSummary, incidentsOf } from './incident-view.ts';
import { recordOf } from './look-up.ts';

export interface IncidentQuery {
  readonly integration?: string | undefined;
  /** Only those that are open, or only those that are over. */
  readonly open?: boolean | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

interface Page {
  readonly incidents: IncidentSummary[];
  readonly next: string | null;
  readonly count: number;
}

/** Newest first. The cursor names the last one of a page, so that new ones do not move the next page. */
export function listIncidents(options: AppOptions, { integration, open, limit, after }: IncidentQuery): Page {
  if (integration !== undefined) recordOf(options, integration); // an unknown one is an error, not an empty list
  const all = options.integrations
    .filter(({ id }) => integration === undefined || id === integration)
    .flatMap(({ id, title }) => summariesOf(options, id, title))
    .filter(({ endedAt }) => open === undefined || (endedAt === null) === open)
    .sort((one, other) => (cursorOf(one) < cursorOf(other) ? 1 : -1));
  const rest = after === undefined ? all : all.filter((one) => cursorOf(one) < after);
  const incidents = rest.slice(0, limit);
  const last = incidents.at(-1);
  return { incidents, next: last && rest.length > limit ? cursorOf(last) : null, count: all.length };
}

/** Digits of the largest time there is, so that texts sort like times. */
const timeDigits = 16;
const cursorOf = ({ openedAt, integration, id }: IncidentSummary) =>
  `${String(openedAt).padStart(timeDigits, '0')}/${integration}/${id}`;

function summariesOf({ runtime }: AppOptions, integration: string, title: string): readonly IncidentSummary[] {
  const record = runtime.record(integration);
  return record ? incidentsOf(contextOf(record)).map((one) => incidentSummary(one, { integration, title })) : [];
}

const contextOf = ({ snapshot }: InstanceRecord) => snapshot.context as unknown as IntegrationContext; // of an integration

export interface FoundIncident {
  readonly incident: AnyIncident;
  readonly record: InstanceRecord;
  readonly context: IntegrationContext;
  readonly title: string;
}

/** @throws CodedError SW_NOT_FOUND */
export function findIncident(options: AppOptions, integration: string, id: string): FoundIncident {
  const { record, title } = recordOf(options, integration);
  const context = contextOf(record);
  const known = incidentsOf(context);
  const incident = known.find((one) => one.id === id);
  if (incident) return { incident, record, context, title };
  throw new CodedError('SW_NOT_FOUND', {
    doing: `looking for an incident of "${integration}"`,
    expected: known.length === 0 ? 'that there was one' : `one of ${known.map((one) => one.id).join(', ')}`,
    found: id.slice(0, 100),
    todo: 'See syncwarden incidents',
  });
}
