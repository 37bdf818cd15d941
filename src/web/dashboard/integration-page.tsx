/** Everything about one integration, the most important first. */
import type { IntegrationView } from '../../http/api.ts';
import type { FleetView } from '../../http/fleet-api.ts';
import { Card } from '../shared/card.tsx';
import type { Feed } from '../shared/feed.ts';
import { TimerList } from '../shared/timer-list.tsx';
import { Actions } from './actions.tsx';
import { Announcer } from './announcer.tsx';
import { AskNotice } from './ask-notice.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { DeletesNotice } from './deletes-notice.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { HeadlineCard } from './headline-card.tsx';
import { HoldsCard } from './holds-card.tsx';
import { IncidentsCard } from './incidents-card.tsx';
import { LadderCard } from './ladder-card.tsx';
import { QuarantineNotice } from './quarantine-notice.tsx';
import { RejectedCard } from './rejected-card.tsx';
import { SynchronizationCard } from './synchronization-card.tsx';
import { TasksCard } from './tasks-card.tsx';
import { Timeline } from './timeline.tsx';

interface IntegrationPageProps {
  readonly view: IntegrationView;
  readonly feed: Feed;
  readonly fleet: FleetView | null;
}

export function IntegrationPage({ view, feed, fleet }: IntegrationPageProps) {
  return (
    <>
      <Announcer view={view} />
      <HeadlineCard view={view}>
        <Actions view={view} />
      </HeadlineCard>
      <AskNotice view={view} />
      <QuarantineNotice view={view} />
      <DeletesNotice view={view} />
      <FaultPanel />
      <div className="sw-columns">
        <div className="sw-column">
          <SynchronizationCard view={view} />
          <RejectedCard view={view} />
          <IncidentsCard view={view} />
          <Timeline view={view} feed={feed} />
        </div>
        <div className="sw-column">
          <ConnectionCard view={view} />
          <LadderCard view={view} fleet={fleet} />
          <Card title="Pending timers">
            <TimerList timers={view.timers} />
          </Card>
          <HoldsCard view={view} />
          <TasksCard view={view} />
        </div>
      </div>
    </>
  );
}
