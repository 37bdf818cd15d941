/** The committed steps of one integration, newest first: read page by page, then kept by the stream. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { StepView } from '../../http/api.ts';
import { readHistory } from '../api.ts';
import type { Feed } from './feed.ts';
import { isRoutine } from './step-sentence.ts';

const pageSize = 200;
/** Most steps kept in the page; older ones stay on the server. */
const keptMax = 2_000;
/** A quiet integration has hundreds of routine steps: so many pages are read to find this many that are not. */
const firstPagesMax = 4;
const notableWanted = 8;

export interface Steps {
  readonly list: readonly StepView[];
  readonly loading: boolean;
  /** Whether the server may have older ones that would still be kept. */
  readonly hasOlder: boolean;
  /** Why the last reading failed; null when it did not. */
  readonly problem: string | null;
  loadOlder(): void;
}

const nothing = { list: [] as readonly StepView[], loading: true, hasOlder: true, problem: null as string | null };

/** One list from two, newest first, each step once. */
export function mergeSteps(first: readonly StepView[], second: readonly StepView[]): readonly StepView[] {
  const bySeq = new Map([...second, ...first].map((step) => [step.seq, step]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, keptMax);
}

/** Follows the steps of an integration. */
export function useSteps(id: string, feed: Feed): Steps {
  const [state, setState] = useState(nothing);
  const list = useRef<readonly StepView[]>([]);
  const generation = useRef(0);

  const take = useCallback((steps: readonly StepView[], rest: Partial<typeof nothing> = {}) => {
    list.current = mergeSteps(steps, list.current);
    setState((state) => ({ ...state, list: list.current, ...rest }));
  }, []);

  const readPages = useCallback(
    async (pagesMax: number, before: number | undefined, mine: number) => {
      try {
        for (let page = 0; page < pagesMax; page++) {
          const steps = await readHistory(id, pageSize, before);
          if (generation.current !== mine) return;
          before = steps.at(-1)?.seq;
          const hasOlder = steps.length === pageSize && list.current.length + steps.length < keptMax;
          take(steps, { hasOlder, problem: null });
          if (!hasOlder || list.current.filter((step) => !isRoutine(step)).length >= notableWanted) break;
        }
        setState((state) => ({ ...state, loading: false }));
      } catch (error) {
        if (generation.current !== mine) return;
        const problem = error instanceof Error ? error.message : String(error);
        setState((state) => ({ ...state, loading: false, problem }));
      }
    },
    [id, take],
  );

  useEffect(() => {
    const mine = ++generation.current;
    list.current = [];
    setState(nothing);
    void readPages(firstPagesMax, undefined, mine);
    return feed.subscribe({
      view: () => {},
      step: (step) => {
        if (step.integration === id) take([step]);
      },
      opened: () => void readPages(1, undefined, mine),
      lost: () => {},
    });
  }, [id, feed, readPages, take]);

  const loadOlder = useCallback(() => {
    setState((state) => ({ ...state, loading: true }));
    void readPages(1, list.current.at(-1)?.seq, generation.current);
  }, [readPages]);

  return { ...state, loadOlder };
}
