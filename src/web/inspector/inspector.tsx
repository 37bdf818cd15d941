/** The inspector: the machine as it stands, live, and any moment of its past. */
import { FleetBanner } from '../shared/fleet-banner.tsx';
import { IntegrationList } from '../shared/integration-list.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { useQueryValue } from '../shared/page-query.ts';
import { Broken, Loading, NoIntegration } from '../shared/placeholder.tsx';
import { useWatch } from '../shared/watch.ts';
import { InspectorPage } from './inspector-page.tsx';

export function Inspector() {
  const { watched, feed, liveness } = useWatch();
  const [wanted, select] = useQueryValue('integration');
  const views = watched.phase === 'known' ? watched.views : [];
  const selected = views.find(({ id }) => id === wanted) ?? views[0];
  return (
    <PageFrame page="inspector" integration={wanted} liveness={liveness} showsData={watched.phase === 'known'}>
      {watched.phase === 'loading' && <Loading />}
      {watched.phase === 'broken' && <Broken problem={watched.problem} />}
      {watched.phase === 'known' && !selected && <NoIntegration />}
      {selected && (
        <>
          <FleetBanner fleet={watched.phase === 'known' ? watched.fleet : null} />
          <IntegrationList views={views} selected={selected.id} onSelect={select} />
          <InspectorPage key={selected.id} view={selected} feed={feed} />
        </>
      )}
    </PageFrame>
  );
}
