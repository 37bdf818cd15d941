/** Which moment the chart shows: now, or a step of the past with the way back. */
import { Button } from '@mantine/core';
import type { IntegrationView } from '../../http/api.ts';
import { clockTime } from '../shared/clock-time.ts';
import { agoText } from '../shared/duration.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { sentencesOf } from '../shared/step-sentence.ts';
import type { Selection } from './use-selected-step.ts';

interface MomentProps {
  readonly selection: Selection;
  readonly view: IntegrationView;
}

export function Moment({ selection, view }: MomentProps) {
  const now = useNow();
  const { seq, step, problem } = selection;
  if (seq === null)
    return (
      <p className="sw-moment" data-tone="calm">
        <StatusMark word="showing the present" tone="ok" />
        <span className="sw-muted">
          step {view.seq}, {agoText(view.at, now)}
        </span>
      </p>
    );
  return (
    <section className="sw-moment" data-past data-tone="warn" aria-label="Moment shown">
      <span role="status">
        <StatusMark word={`Showing the past: step ${seq}`} tone="warn" />{' '}
        {step ? `${clockTime(step.at, now)}. ${sentencesOf(step)[0]?.what ?? ''}` : (problem ?? 'Reading the step.')}
      </span>
      <span className="sw-moment-buttons">
        <Button
          size="xs"
          variant="default"
          disabled={selection.earlier === null}
          onClick={() => selection.select(selection.earlier)}
        >
          Earlier
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={selection.later === null}
          onClick={() => selection.select(selection.later)}
        >
          Later
        </Button>
        <Button size="xs" onClick={() => selection.select(null)}>
          Back to live
        </Button>
      </span>
    </section>
  );
}
