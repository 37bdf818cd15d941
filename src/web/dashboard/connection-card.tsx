/** The connection in detail: both systems with version and latency, since when, and when it was last probed. */
import type { IntegrationView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import { clockTime } from '../shared/clock-time.ts';
import { agoText, durationText, latencyText } from '../shared/duration.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { connectionWord } from '../shared/statuses.ts';

type Connection = IntegrationView['connection'];

export function ConnectionCard({ view }: { readonly view: IntegrationView }) {
  const now = useNow();
  const { connection } = view;
  return (
    <Card title="Connection" aside={<StatusMark {...connectionWord(connection)} />}>
      <dl className="sw-systems">
        <System name="Source" side={connection.source} />
        <System name="Target" side={connection.target} />
      </dl>
      <p className="sw-muted sw-sentence">
        {connectionWord(connection).word} since {clockTime(connection.since, now)} (
        {durationText(now - connection.since)});{' '}
        {connection.lastProbeAt === null ? 'not probed yet' : `last probe ${agoText(connection.lastProbeAt, now)}`}.
      </p>
    </Card>
  );
}

function System({ name, side }: { readonly name: string; readonly side: Connection['source'] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <SystemState side={side} />
      </dd>
    </div>
  );
}

function SystemState({ side }: { readonly side: Connection['source'] }) {
  if (side === null) return <StatusMark word="not probed yet" tone="calm" />;
  return (
    <>
      <StatusMark word={side.ok ? 'answers' : 'fails'} tone={side.ok ? 'ok' : 'bad'} />
      <span>{side.version === null ? 'version not stated' : `version ${side.version}`}</span>
      {side.latencyMs !== null && <span>{latencyText(side.latencyMs)}</span>}
    </>
  );
}
