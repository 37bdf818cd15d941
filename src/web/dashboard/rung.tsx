/** One rung: what it takes, how much of it is used up, and carrying it out by hand after a question that names it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RungView } from '../../http/api.ts';
import { carryOutRemedy } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { agoText } from '../shared/duration.ts';
import { rungFacts, rungFigures, touchText } from '../shared/ladder-sentence.ts';
import { NameField, useOwnName } from '../shared/own-name.tsx';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { rungWord } from '../shared/statuses.ts';
import { useAction } from '../shared/use-action.ts';

interface RungProps {
  readonly integration: string;
  readonly rung: RungView;
  readonly note: string | null;
}

export function Rung({ integration, rung, note }: RungProps) {
  const now = useNow();
  return (
    <li data-status={rung.status} aria-current={rung.status === 'current' ? 'step' : undefined}>
      <div className="sw-rung-head">
        <h3>{rung.title}</h3>
        <StatusMark {...rungWord(rung)} />
      </div>
      <p className="sw-muted">{rung.impact}</p>
      <p className="sw-rung-figures">
        {[...rungFigures(rung), ...rungFacts(rung, now)].map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </p>
      {rung.touches.length > 0 && <p className="sw-rung-touches">also touches {rung.touches.join(', ')}</p>}
      {note !== null && <p className="sw-rung-note">{note}</p>}
      {rung.remedy !== 'person' && <ByHand integration={integration} rung={rung} />}
    </li>
  );
}

function ByHand({ integration, rung }: Omit<RungProps, 'note'>) {
  const now = useNow();
  const [isAsking, setAsking] = useState(false);
  const [name, setName] = useOwnName();
  const { pending, result, run } = useAction();
  const act = () =>
    void run('carry out', 'Asked for: what comes of it is among the tasks.', () =>
      carryOutRemedy(integration, rung.id, name),
    ).then(() => setAsking(false));
  return (
    <div className="sw-rung-by-hand">
      {isAsking ? (
        <fieldset className="sw-confirm sw-fields">
          <legend>{rung.title} now?</legend>
          <p>
            {touchText(rung)} {rung.impact}
            {rung.lastUsedAt !== null && ` The ladder last did it ${agoText(rung.lastUsedAt, now)}.`}
          </p>
          <NameField name={name} onChange={setName} />
          <div className="sw-action-row">
            <Button size="xs" loading={pending !== null} onClick={act}>
              Yes, now: {rung.title}
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsking(false)}>
              No
            </Button>
          </div>
        </fieldset>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => setAsking(true)}
          aria-label={`Carry out now: ${rung.title}`}
        >
          Carry out now…
        </Button>
      )}
      <ActionResult result={result} />
    </div>
  );
}
