/** One incident in whole: what was tried, what happened when, and everything as a file. */
import { useEffect, useState } from 'react';
import type { IncidentSummary, IncidentView } from '../../http/incident-api.ts';
import { bundleHref, readIncident } from '../api.ts';
import { clockTime } from '../shared/clock-time.ts';
import { pageHref } from '../shared/page-query.ts';
import { useNow } from '../shared/server-time.ts';

interface IncidentDetailsProps {
  readonly summary: IncidentSummary;
  /** Of the view: an open incident is read again when something was committed. */
  readonly seq: number;
}

export function IncidentDetails({ summary: { integration, id, endedAt }, seq }: IncidentDetailsProps) {
  const [found, setFound] = useState<IncidentView | string | null>(null);
  const version = endedAt === null ? seq : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` is why it is read again
  useEffect(() => {
    let isWanted = true;
    const show = (view: IncidentView | string) => {
      if (isWanted) setFound(view);
    };
    readIncident(integration, id).then(show, (error: unknown) =>
      show(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [integration, id, version]);
  if (found === null) return <p className="sw-muted">Reading it.</p>;
  if (typeof found === 'string') return <p className="sw-muted">It could not be read: {found}</p>;
  return (
    <div className="sw-incident-details">
      <Tries view={found} />
      <h3>Timeline</h3>
      <Entries view={found} />
      {!found.complete && (
        <p className="sw-muted">Not whole: the history does not reach back, or entries were left out.</p>
      )}
      <p className="sw-links">
        <a href={bundleHref(integration, id, 'markdown')} download>
          Download as a document
        </a>
        <a href={bundleHref(integration, id, 'json')} download>
          Download as JSON
        </a>
      </p>
    </div>
  );
}

function Tries({ view: { incident } }: { readonly view: IncidentView }) {
  const now = useNow();
  return (
    <>
      <h3>What was tried</h3>
      {incident.tries.length === 0 && <p className="sw-muted">Nothing was carried out.</p>}
      <ul className="sw-sentences">
        {incident.tries.map(({ at, title, how, message }) => (
          <li key={`${at} ${title}`}>
            {clockTime(at, now)} {title}: {how}. {message}
          </li>
        ))}
      </ul>
    </>
  );
}

function Entries({ view: { incident, timeline } }: { readonly view: IncidentView }) {
  const now = useNow();
  return (
    <ol className="sw-timeline">
      {timeline.map(({ seq, at, kind, what, because }) => (
        <li key={`${seq} ${kind} ${what}`} data-decision={kind === 'decision' || undefined}>
          <time dateTime={new Date(at).toISOString()}>{clockTime(at, now)}</time>
          <div>
            <p>
              <span className="sw-what">{what}</span>
              {because !== null && <span className="sw-because"> {because}</span>}
            </p>
          </div>
          <a
            href={pageHref('inspector', incident.integration, seq)}
            aria-label={`Inspect step ${seq} of ${incident.id}`}
          >
            #{seq}
          </a>
        </li>
      ))}
    </ol>
  );
}
