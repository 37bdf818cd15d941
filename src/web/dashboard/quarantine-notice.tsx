/** The quarantine: since when, why, and what would end it. */
import type { IntegrationView } from '../../http/api.ts';
import { clockTime } from '../shared/clock-time.ts';
import { durationText } from '../shared/duration.ts';
import { quarantineEnds } from '../shared/ladder-sentence.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';

export function QuarantineNotice({ view }: { readonly view: IntegrationView }) {
  const now = useNow();
  const { quarantine } = view.ladder;
  if (quarantine === null) return null;
  return (
    <section className="sw-notice" data-tone="bad" aria-labelledby="quarantine-title">
      <h2 id="quarantine-title">
        <StatusMark word="In quarantine" tone="bad" />
        <span className="sw-muted">
          since {clockTime(quarantine.since, now)} ({durationText(now - quarantine.since)})
        </span>
      </h2>
      <p>
        <strong>{quarantine.message}</strong> <code>{quarantine.reason}</code>
      </p>
      <p>{quarantineEnds}</p>
    </section>
  );
}
