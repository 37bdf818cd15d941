/** Holds: named pauses that people placed. While one is there nothing is synchronized or restarted. */
import { Button } from '@mantine/core';
import type { IntegrationView } from '../../http/api.ts';
import { placeHold, releaseHold } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { Card } from '../shared/card.tsx';
import { agoText } from '../shared/duration.ts';
import { useNow } from '../shared/server-time.ts';
import { useAction } from '../shared/use-action.ts';

/** The name of the hold that this page places; others come from scripts and the command line. */
const ownHold = 'dashboard';

export function HoldsCard({ view }: { readonly view: IntegrationView }) {
  const now = useNow();
  const { pending, result, run } = useAction();
  const release = (name: string) =>
    run(`release ${name}`, `Hold "${name}" released.`, () => releaseHold(view.id, name));
  const place = () =>
    run('place', 'Held: nothing is started until the hold is released.', () =>
      placeHold(view.id, { name: ownHold, reason: 'placed from the dashboard' }),
    );
  return (
    <Card title="Holds">
      {view.holds.length === 0 && (
        <p className="sw-muted">None. A hold pauses synchronization and every rung; probes go on.</p>
      )}
      <ul className="sw-holds">
        {view.holds.map((hold) => (
          <li key={hold.name}>
            <span>
              <strong>{hold.name}</strong>: {hold.reason}{' '}
              <span className="sw-muted">({agoText(hold.placedAt, now)})</span>
            </span>
            <Button
              size="xs"
              variant="default"
              loading={pending === `release ${hold.name}`}
              onClick={() => void release(hold.name)}
              aria-label={`Release the hold ${hold.name}`}
            >
              Release
            </Button>
          </li>
        ))}
      </ul>
      {view.holds.every(({ name }) => name !== ownHold) && (
        <Button size="xs" variant="default" loading={pending === 'place'} onClick={() => void place()}>
          Place a hold
        </Button>
      )}
      <ActionResult result={result} />
    </Card>
  );
}
