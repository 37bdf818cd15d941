/** The statechart of an integration, read again when its machine becomes another one or the server comes back. */
import { useEffect, useState } from 'react';
import type { Statechart } from '../../http/statechart-api.ts';
import { readStatechart } from '../api.ts';
import type { Feed } from '../shared/feed.ts';

export interface LoadedStatechart {
  readonly chart: Statechart | null;
  /** Why there is none. */
  readonly problem: string | null;
}

export function useStatechart(id: string, machine: string, feed: Feed): LoadedStatechart {
  const [loaded, setLoaded] = useState<LoadedStatechart & { readonly machine: string }>({
    machine,
    chart: null,
    problem: null,
  });
  useEffect(() => {
    let wanted = true;
    let have = false;
    const load = async () => {
      try {
        const chart = await readStatechart(id);
        have = true;
        if (wanted) setLoaded({ machine, chart, problem: null });
      } catch (error) {
        const problem = `The statechart could not be read: ${error instanceof Error ? error.message : String(error)}`;
        if (wanted) setLoaded((before) => ({ ...before, machine, problem }));
      }
    };
    void load();
    const unsubscribe = feed.subscribe({
      view: () => {},
      step: () => {},
      opened: () => {
        if (!have) void load();
      },
      lost: () => {},
    });
    return () => {
      wanted = false;
      unsubscribe();
    };
  }, [id, machine, feed]);
  return loaded;
}
