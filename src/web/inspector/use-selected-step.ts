/** The step of the past that is shown, kept in the address; null while the inspector is live. */
import { useEffect, useState } from 'react';
import type { StepView } from '../../http/api.ts';
import { readHistory } from '../api.ts';
import { useQueryValue } from '../shared/page-query.ts';

export interface Selection {
  /** The sequence number that was asked for, even while its step is being read. */
  readonly seq: number | null;
  readonly step: StepView | null;
  /** Why the step cannot be shown. */
  readonly problem: string | null;
  /** Steps next to it, when they are known. */
  readonly earlier: number | null;
  readonly later: number | null;
  select(seq: number | null): void;
}

/** Follows the address; a step that is not in the list is read from the server. */
export function useSelectedStep(id: string, list: readonly StepView[]): Selection {
  const [value, setValue] = useQueryValue('step');
  const seq = value !== null && /^\d+$/.test(value) ? Number(value) : null;
  const [fetched, setFetched] = useState<StepView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const index = list.findIndex((step) => step.seq === seq);
  const missing = seq !== null && list.length > 0 && index < 0 && fetched?.seq !== seq;

  useEffect(() => {
    setProblem(null);
    if (!missing || seq === null) return;
    let wanted = true;
    readHistory(id, 1, seq + 1).then(
      ([step]) => {
        if (!wanted) return;
        if (step?.seq === seq) setFetched(step);
        else setProblem(`Step ${seq} is no longer kept.`);
      },
      (error: unknown) => {
        if (wanted) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [id, seq, missing]);

  const step = list[index] ?? (fetched?.seq === seq ? fetched : null);
  return {
    seq,
    step: seq === null ? null : (step ?? null),
    problem,
    earlier: index < 0 ? null : (list[index + 1]?.seq ?? null),
    later: index < 1 ? null : (list[index - 1]?.seq ?? null),
    select: (next) => setValue(next === null ? null : String(next)),
  };
}
