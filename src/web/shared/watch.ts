/** What a page knows of the integrations it watches: read once, then kept by the stream. */
import { useEffect, useMemo, useReducer, useState } from 'react';
import type { IntegrationView, SetAsideView } from '../../http/api.ts';
import type { FleetView } from '../../http/fleet-api.ts';
import { readFleet, readIntegrations } from '../api.ts';
import { Feed, type Liveness } from './feed.ts';

export type Watched =
  | { readonly phase: 'loading' }
  /** Nothing was ever read. */
  | { readonly phase: 'broken'; readonly problem: string }
  | ({ readonly phase: 'known' } & Known);

interface Known {
  readonly views: readonly IntegrationView[];
  readonly setAside: readonly SetAsideView[];
  /** Null where there is none. */
  readonly fleet: FleetView | null;
}

type Change =
  | ({ readonly kind: 'read' } & Known)
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'view'; readonly view: IntegrationView }
  | { readonly kind: 'fleet'; readonly fleet: FleetView };

function reduce(state: Watched, change: Change): Watched {
  switch (change.kind) {
    case 'read':
      return { phase: 'known', views: change.views, setAside: change.setAside, fleet: change.fleet };
    case 'failed':
      // What is known stays visible; that it is not live is told apart from it.
      return state.phase === 'known' ? state : { phase: 'broken', problem: change.problem };
    case 'view':
      return state.phase === 'known' ? { ...state, views: withView(state.views, change.view) } : state;
    case 'fleet':
      return state.phase === 'known' ? { ...state, fleet: change.fleet } : state;
  }
}

function withView(views: readonly IntegrationView[], view: IntegrationView): readonly IntegrationView[] {
  const known = views.find(({ id }) => id === view.id);
  if (!known) return [...views, view];
  return view.seq < known.seq ? views : views.map((other) => (other === known ? view : other));
}

/** All integrations, the stream for further listeners, and whether it is live. */
export function useWatch(): { readonly watched: Watched; readonly feed: Feed; readonly liveness: Liveness } {
  const [watched, change] = useReducer(reduce, { phase: 'loading' });
  const [liveness, setLiveness] = useState<Liveness>({ status: 'connecting' });
  const feed = useMemo(() => new Feed(setLiveness), []);
  useEffect(() => {
    const load = () =>
      void Promise.all([readIntegrations(), readFleet()]).then(
        ([{ integrations, setAside }, fleet]) => change({ kind: 'read', views: integrations, setAside, fleet }),
        (error: unknown) => change({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) }),
      );
    const unsubscribe = feed.subscribe({
      view: (view) => change({ kind: 'view', view }),
      step: () => {},
      fleet: (fleet) => change({ kind: 'fleet', fleet }),
      opened: load,
      lost: load,
    });
    feed.open();
    return () => {
      unsubscribe();
      feed.close();
    };
  }, [feed]);
  return { watched, feed, liveness };
}
