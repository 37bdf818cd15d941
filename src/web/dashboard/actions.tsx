/** What a person can do, each named by what it really does. */
import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { requestCancellation, requestRefresh, requestRelease, requestSynchronization } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { useAction } from '../shared/use-action.ts';

type Mode = 'delta' | 'full';

const modeHints: Record<Mode, string> = {
  delta: 'Delta: copies what changed since the last run.',
  full: 'Full: reads everything on both sides again; may take minutes to hours.',
};

export function Actions({ view }: { readonly view: IntegrationView }) {
  const [mode, setMode] = useState<Mode>('delta');
  const { pending, result, run } = useAction();
  const { id, synchronization, ladder } = view;
  return (
    <section className="sw-actions" aria-label="Actions">
      <div className="sw-action-row">
        <div className="sw-start">
          <SegmentedControl
            aria-label="Mode of the synchronization"
            value={mode}
            onChange={(value) => setMode(value === 'full' ? 'full' : 'delta')}
            data={[
              { value: 'delta', label: 'delta' },
              { value: 'full', label: 'full' },
            ]}
          />
          <Button
            loading={pending === 'start'}
            onClick={() =>
              void run('start', `A ${mode} synchronization was requested.`, () => requestSynchronization(id, mode))
            }
          >
            Start synchronization
          </Button>
        </div>
        <Button
          variant="default"
          loading={pending === 'refresh'}
          onClick={() =>
            void run('refresh', 'Refresh requested: both sides are counted now.', () => requestRefresh(id))
          }
        >
          Refresh
        </Button>
        <Button
          variant="default"
          disabled={synchronization.run === null}
          loading={pending === 'cancel'}
          onClick={() =>
            void run('cancel', 'Cancellation requested: the run stops after the page it is at.', () =>
              requestCancellation(id),
            )
          }
        >
          Cancel
        </Button>
        {ladder.status === 'quarantined' && (
          <Button
            variant="default"
            loading={pending === 'release'}
            onClick={() =>
              void run('release', 'Release requested: the diagnosis starts afresh.', () => requestRelease(id))
            }
          >
            Release from quarantine
          </Button>
        )}
      </div>
      <p className="sw-muted">{modeHints[mode]} Refresh counts both sides without copying anything.</p>
      <ActionResult result={result} />
    </section>
  );
}
