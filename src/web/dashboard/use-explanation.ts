/** The explanation of an integration, read again whenever what it explains has changed, and as its times grow old. */
import { useEffect, useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import type { ExplanationView, FleetView } from '../../http/fleet-api.ts';
import { readExplanation } from '../api.ts';

/** Its relative times are this old at most, milliseconds. */
const renewEveryMs = 30_000;

/** Null until it was read once; the last one stays while it cannot be read. */
export function useExplanation(view: IntegrationView, fleet: FleetView | null): ExplanationView | null {
  const [explanation, setExplanation] = useState<ExplanationView | null>(null);
  const { id, ladder, holds, timers, synchronization } = view;
  const { status, incident, readyAt, waitsFor, rungs } = ladder;
  // What the sentences are made of; a new probe alone is no news.
  const news = JSON.stringify([
    [status, incident, readyAt, waitsFor, holds, synchronization.lastProvenEqualAt],
    rungs.map(({ attempts, status, approval }) => [attempts, status, approval.status]),
    status === 'watching' ? null : timers.filter(({ id }) => id.includes('.escalation.')),
    fleet && [fleet.brake, fleet.storm, fleet.dryRun],
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `news` is why it is read again
  useEffect(() => {
    let isWanted = true;
    const look = () =>
      void readExplanation(id).then(
        (found) => {
          if (isWanted) setExplanation(found);
        },
        () => {},
      );
    look();
    const renewing = setInterval(look, renewEveryMs);
    return () => {
      isWanted = false;
      clearInterval(renewing);
    };
  }, [id, news]);
  return explanation;
}
