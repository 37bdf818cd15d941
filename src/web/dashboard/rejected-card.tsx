/** The records that the target refuses, with their reasons; each can be tried again, and so can all. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import type { RejectedList, RejectedView } from '../../http/plugin-api.ts';
import { readRejected, retryRejected } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { Card } from '../shared/card.tsx';
import { agoText } from '../shared/duration.ts';
import { counted } from '../shared/quantity.ts';
import { useNow } from '../shared/server-time.ts';
import { useAction } from '../shared/use-action.ts';

/** How many are shown; the command line lists all. */
const shownMax = 10;

type Loaded = RejectedList | 'failed' | null;

export function RejectedCard({ view }: { readonly view: IntegrationView }) {
  const { pending, result, run } = useAction();
  const loaded = useRejected(view);
  const known = view.synchronization.lastRun?.rejected ?? 0;
  if (known === 0 && (loaded === null || loaded === 'failed' || loaded.count === 0)) return null;
  const retry = (name: string, refs: readonly RejectedView[] | 'all') =>
    void run(name, 'Asked for: the result is among the tasks.', () =>
      retryRejected(view.id, refs === 'all' ? refs : refs.map(({ type, key }) => ({ type, key }))),
    );
  return (
    <Card title="Rejected records">
      {loaded === null && <p className="sw-muted">Reading them.</p>}
      {loaded === 'failed' && (
        <p>{counted(known, 'record')} rejected in the last run; the plugin cannot be asked for them now.</p>
      )}
      {loaded !== null && loaded !== 'failed' && (
        <>
          <p>
            {counted(loaded.count, 'record')} rejected
            {loaded.count > shownMax ? `, the first ${shownMax} are shown` : ''}.
          </p>
          <ul className="sw-holds">
            {loaded.rejected.map((record) => (
              <Rejected
                key={`${record.type} ${record.key}`}
                record={record}
                isPending={pending === `${record.type} ${record.key}`}
                onRetry={() => retry(`${record.type} ${record.key}`, [record])}
              />
            ))}
          </ul>
          <Button size="xs" variant="default" loading={pending === 'all'} onClick={() => retry('all', 'all')}>
            Try all again
          </Button>
        </>
      )}
      <ActionResult result={result} />
    </Card>
  );
}

interface RejectedProps {
  readonly record: RejectedView;
  readonly isPending: boolean;
  readonly onRetry: () => void;
}

function Rejected({ record, isPending, onRetry }: RejectedProps) {
  const now = useNow();
  const { type, key, reason, tries, firstAt } = record;
  return (
    <li>
      <span>
        <strong>
          {type} {key}
        </strong>
        : {reason.message}{' '}
        <span className="sw-muted">
          ({counted(tries, 'try', 'tries')}, first {agoText(firstAt, now)})
        </span>
      </span>
      <Button
        size="xs"
        variant="default"
        loading={isPending}
        onClick={onRetry}
        aria-label={`Try again: ${type} ${key}`}
      >
        Try again
      </Button>
    </li>
  );
}

/** Read again when a run or a task that may change them has ended. */
function useRejected({ id, synchronization, tasks }: IntegrationView): Loaded {
  const [loaded, setLoaded] = useState<Loaded>(null);
  const known = synchronization.lastRun?.rejected ?? 0;
  const changes = [known, synchronization.lastRun?.id, tasks.find(({ endedAt }) => endedAt !== null)?.id].join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changes` is why it is read again
  useEffect(() => {
    if (known === 0) {
      setLoaded(null);
      return;
    }
    let isWanted = true;
    const show = (found: Loaded) => {
      if (isWanted) setLoaded(found);
    };
    readRejected(id, shownMax).then(show, () => show('failed'));
    return () => {
      isWanted = false;
    };
  }, [id, changes]);
  return loaded;
}
