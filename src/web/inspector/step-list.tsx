/** The steps, newest first; choosing one shows that moment and what it did. */
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { StepView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import { clockTime } from '../shared/clock-time.ts';
import { useNow } from '../shared/server-time.ts';
import { isRoutine, sentencesOf, shortEventName } from '../shared/step-sentence.ts';
import type { Steps } from '../shared/steps.ts';
import { StepDetails } from './step-details.tsx';
import type { Selection } from './use-selected-step.ts';

/** So many are drawn at first: the list is a place to look, not an export. */
const shownAtFirst = 40;

interface StepListProps {
  readonly steps: Steps;
  readonly selection: Selection;
}

export function StepList({ steps, selection }: StepListProps) {
  const [withRoutine, setWithRoutine] = useState(true);
  const [shownMax, setShownMax] = useState(shownAtFirst);
  const listed = steps.list.filter((step) => withRoutine || !isRoutine(step) || step.seq === selection.seq);
  const shown = listed.slice(0, shownMax);
  const outside = selection.step && !shown.some(({ seq }) => seq === selection.seq) ? [selection.step] : [];
  const showMore = () => {
    if (listed.length <= shownMax + shownAtFirst && steps.hasOlder) steps.loadOlder();
    setShownMax(shownMax + shownAtFirst);
  };
  return (
    <Card
      title="Steps"
      aside={
        <Switch
          checked={withRoutine}
          onChange={(event) => setWithRoutine(event.currentTarget.checked)}
          label="Routine steps"
        />
      }
    >
      <ol className="sw-steps">
        {[...outside, ...shown].map((step) => (
          <StepEntry key={step.seq} step={step} selection={selection} />
        ))}
      </ol>
      {steps.problem !== null && <p className="sw-muted">The history could not be read: {steps.problem}</p>}
      {steps.list.length === 0 && !steps.loading && <p className="sw-muted">No step yet.</p>}
      {(listed.length > shownMax || steps.hasOlder) && (
        <Button size="xs" variant="default" loading={steps.loading} onClick={showMore}>
          Show older steps
        </Button>
      )}
    </Card>
  );
}

function StepEntry({ step, selection }: { readonly step: StepView; readonly selection: Selection }) {
  const now = useNow();
  const open = selection.seq === step.seq;
  return (
    <li data-selected={open || undefined}>
      <button type="button" aria-expanded={open} onClick={() => selection.select(open ? null : step.seq)}>
        <span className="sw-step-head">
          <span className="sw-figure">#{step.seq}</span>
          <code>{shortEventName(step.event.type)}</code>
          <time dateTime={new Date(step.at).toISOString()}>{clockTime(step.at, now)}</time>
        </span>
        <span>
          {sentencesOf(step)
            .map(({ what }) => what)
            .join(' ')}
        </span>
      </button>
      {open && <StepDetails step={step} />}
    </li>
  );
}
