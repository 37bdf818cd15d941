/** What happened, newest first: decisions and changes of state; routine probes only on request. */
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { IntegrationView, StepView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import { clockTime } from '../shared/clock-time.ts';
import type { Feed } from '../shared/feed.ts';
import { pageHref } from '../shared/page-query.ts';
import { counted } from '../shared/quantity.ts';
import { useNow } from '../shared/server-time.ts';
import { isRoutine, sentencesOf } from '../shared/step-sentence.ts';
import { type Steps, useSteps } from '../shared/steps.ts';

interface TimelineProps {
  readonly view: IntegrationView;
  readonly feed: Feed;
}

export function Timeline({ view, feed }: TimelineProps) {
  const steps = useSteps(view.id, feed);
  const [withRoutine, setWithRoutine] = useState(false);
  const notable = steps.list.filter((step) => !isRoutine(step));
  const routine = steps.list.length - notable.length;
  return (
    <Card
      className="sw-timeline-card"
      title="Timeline"
      aside={
        <Switch
          checked={withRoutine}
          onChange={(event) => setWithRoutine(event.currentTarget.checked)}
          label={`Show ${counted(routine, 'routine step')}`}
        />
      }
    >
      <ol className="sw-timeline">
        {(withRoutine ? steps.list : notable).map((step) => (
          <TimelineEntry key={step.seq} step={step} />
        ))}
      </ol>
      <TimelineEnd steps={steps} nothingNotable={notable.length === 0 && !withRoutine} />
    </Card>
  );
}

function TimelineEntry({ step }: { readonly step: StepView }) {
  const now = useNow();
  return (
    <li data-routine={isRoutine(step) || undefined} data-decision={step.decisions.length > 0 || undefined}>
      <time dateTime={new Date(step.at).toISOString()}>{clockTime(step.at, now)}</time>
      <div>
        {sentencesOf(step).map(({ what, because }) => (
          <p key={what}>
            <span className="sw-what">{what}</span>
            {because !== null && <span className="sw-because"> {because}</span>}
          </p>
        ))}
      </div>
      <a href={pageHref('inspector', step.integration, step.seq)} aria-label={`Inspect step ${step.seq}`}>
        #{step.seq}
      </a>
    </li>
  );
}

function TimelineEnd({ steps, nothingNotable }: { readonly steps: Steps; readonly nothingNotable: boolean }) {
  return (
    <div className="sw-timeline-end">
      {nothingNotable && !steps.loading && (
        <p className="sw-muted">
          {steps.list.length === 0 ? 'No step yet.' : 'Only routine steps: probes and checks without a consequence.'}
        </p>
      )}
      {steps.problem !== null && <p className="sw-muted">The history could not be read: {steps.problem}</p>}
      {steps.hasOlder && steps.list.length > 0 && (
        <Button size="xs" variant="default" loading={steps.loading} onClick={steps.loadOlder}>
          Show older steps
        </Button>
      )}
    </div>
  );
}
