/** The dashboard: what state the integration is in, why, what happens next, and what a person can do. */

import type { Feed } from '../shared/feed.ts';
import { FleetBanner } from '../shared/fleet-banner.tsx';
import { IntegrationList } from '../shared/integration-list.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { useQueryValue } from '../shared/page-query.ts';
import { Broken, Loading, NoIntegration } from '../shared/placeholder.tsx';
import { useWatch, type Watched } from '../shared/watch.ts';
import { IntegrationPage } from './integration-page.tsx';
import { SetAsideNotice } from './set-aside-notice.tsx';

export function Dashboard() {
  const { watched, feed, liveness } = useWatch();
  const [wanted, select] = useQueryValue('integration');
  return (
    <PageFrame page="dashboard" integration={wanted} liveness={liveness} showsData={watched.phase === 'known'}>
      <Content watched={watched} feed={feed} wanted={wanted} onSelect={select} />
    </PageFrame>
  );
}

interface ContentProps {
  readonly watched: Watched;
  readonly feed: Feed;
  readonly wanted: string | null;
  readonly onSelect: (id: string) => void;
}

function Content({ watched, feed, wanted, onSelect }: ContentProps) {
  if (watched.phase === 'loading') return <Loading />;
  if (watched.phase === 'broken') return <Broken problem={watched.problem} />;
  const selected = watched.views.find(({ id }) => id === wanted) ?? watched.views[0];
  if (!selected && watched.setAside.length === 0) return <NoIntegration />;
  return (
    <>
      <FleetBanner fleet={watched.fleet} />
      <SetAsideNotice setAside={watched.setAside} />
      {selected && <IntegrationList views={watched.views} selected={selected.id} onSelect={onSelect} />}
      {selected && <IntegrationPage key={selected.id} view={selected} feed={feed} fleet={watched.fleet} />}
    </>
  );
}
