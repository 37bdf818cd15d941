/** One integration under inspection: its chart, and beside it timers and steps; live, or at a step of the past. */
import { useMemo } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import type { Feed } from '../shared/feed.ts';
import { useSteps } from '../shared/steps.ts';
import { TimerList } from '../shared/timer-list.tsx';
import { LiveChart } from './live-chart.tsx';
import { Moment } from './moment.tsx';
import { StepList } from './step-list.tsx';
import { useSelectedStep } from './use-selected-step.ts';
import { useStatechart } from './use-statechart.ts';

interface InspectorPageProps {
  readonly view: IntegrationView;
  readonly feed: Feed;
}

export function InspectorPage({ view, feed }: InspectorPageProps) {
  const steps = useSteps(view.id, feed);
  const selection = useSelectedStep(view.id, steps.list);
  const statechart = useStatechart(view.id, view.machine, feed);
  const shown = selection.step ?? steps.list[0];
  const active = selection.step?.active ?? view.active;
  const taken = useMemo(() => new Set(shown?.transitions), [shown]);
  return (
    <div className="sw-inspector">
      <div className="sw-inspector-chart">
        <div className="sw-inspector-head">
          <h1>{view.title}</h1>
          <code>{view.machine}</code>
        </div>
        <Moment selection={selection} view={view} />
        {statechart.chart === null ? (
          <p className="sw-muted">{statechart.problem ?? 'Reading the statechart.'}</p>
        ) : (
          <LiveChart chart={statechart.chart} active={active} taken={taken} step={selection.step?.seq ?? null} />
        )}
      </div>
      <div className="sw-inspector-panel">
        <Card title={selection.step ? `Timers after step ${selection.step.seq}` : 'Pending timers'}>
          <TimerList timers={selection.step?.timers ?? view.timers} past={selection.step !== null} />
        </Card>
        <StepList steps={steps} selection={selection} />
      </div>
    </div>
  );
}
