/** Incidents of the integration: what happened, what helped, and one of them in whole. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import type { IncidentSummary } from '../../http/incident-api.ts';
import { readIncidents } from '../api.ts';
import { Card } from '../shared/card.tsx';
import { agoText, durationText } from '../shared/duration.ts';
import { counted } from '../shared/quantity.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { IncidentDetails } from './incident-details.tsx';

/** How many are listed; the API and the command line have all. */
const shownMax = 8;

export function IncidentsCard({ view }: { readonly view: IntegrationView }) {
  const [chosen, choose] = useState<string | null>(null);
  const { incidents, problem } = useIncidents(view);
  return (
    <Card title="Incidents">
      {problem !== null && <p className="sw-muted">They could not be read: {problem}</p>}
      {incidents?.length === 0 && <p className="sw-muted">There was none.</p>}
      <ul className="sw-incidents">
        {(incidents ?? []).map((incident) => (
          <li key={incident.id}>
            <IncidentLine incident={incident} />
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={chosen === incident.id}
              aria-label={`${chosen === incident.id ? 'Close' : 'Show'} ${incident.id}`}
              onClick={() => choose(chosen === incident.id ? null : incident.id)}
            >
              {chosen === incident.id ? 'Close' : 'Show'}
            </Button>
            {chosen === incident.id && <IncidentDetails summary={incident} seq={view.seq} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function IncidentLine({ incident }: { readonly incident: IncidentSummary }) {
  const now = useNow();
  const { id, openedAt, endedAt, signature, because, helped, tries } = incident;
  return (
    <div>
      <p className="sw-incident-head">
        <strong>{id}</strong>
        <StatusMark word={endedAt === null ? 'open' : 'over'} tone={endedAt === null ? 'bad' : 'ok'} />
        <span className="sw-muted">
          {agoText(openedAt, now)}
          {endedAt !== null && `, lasted ${durationText(endedAt - openedAt)}`}
        </span>
      </p>
      <p>
        {signature !== null && <code>{signature}</code>} {because.message}
      </p>
      <p className="sw-muted">
        {counted(tries, 'try', 'tries')}.{' '}
        {endedAt !== null && (helped === null ? 'It ended without a rung.' : `What helped: ${helped}.`)}
      </p>
    </div>
  );
}

interface Loaded {
  readonly incidents: readonly IncidentSummary[] | null;
  readonly problem: string | null;
}

/** Read again when one begins, ends, or is tried something against. */
function useIncidents({ id, ladder }: IntegrationView): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ incidents: null, problem: null });
  const news = JSON.stringify([
    ladder.incident?.id,
    ladder.incident?.tries.length,
    ladder.incident?.signature,
    ladder.past[0]?.id,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `news` is why it is read again
  useEffect(() => {
    let isWanted = true;
    const show = (found: Loaded) => {
      if (isWanted) setLoaded(found);
    };
    readIncidents(id, shownMax).then(
      ({ incidents }) => show({ incidents, problem: null }),
      (error: unknown) => show({ incidents: null, problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [id, news]);
  return loaded;
}
