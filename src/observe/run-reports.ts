/** The reports of a run as observations: phases at once, progress as a sample of what has come so far. */
import { auditTime, map, merge, type Observable, type SchedulerLike, Subject } from 'rxjs';
import type { Phase, TypeProgress } from '../../machines/events.ts';

/** A report as the engine gives it. */
export type Report =
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'progress'; readonly type: string; readonly done: number; readonly total: number | null };

/** An event about a run, without its time. */
export type RunObservation =
  | { readonly type: 'run.advanced'; readonly phase: Phase }
  | { readonly type: 'run.progressed'; readonly progress: readonly TypeProgress[] };

/** Takes reports as they come and offers observations; completed by {@link RunReports.close}. */
export interface RunReports {
  take(report: Report): void;
  readonly observations: Observable<RunObservation>;
  close(): void;
}

/** At most one `run.progressed` each `sampleMs` milliseconds: every one becomes a commit. */
export function observeRun(sampleMs: number, scheduler?: SchedulerLike): RunReports {
  const phases = new Subject<RunObservation>();
  const progress = new Subject<void>();
  const latest = new Map<string, TypeProgress>();
  const sampled = progress.pipe(
    auditTime(sampleMs, scheduler),
    map((): RunObservation => ({ type: 'run.progressed', progress: [...latest.values()] })),
  );
  return {
    take(report) {
      if (report.kind === 'phase') {
        // Each phase counts from its own start.
        latest.clear();
        phases.next({ type: 'run.advanced', phase: report.phase });
        return;
      }
      latest.set(report.type, { type: report.type, done: report.done, total: report.total });
      progress.next();
    },
    observations: merge(phases, sampled),
    close() {
      phases.complete();
      progress.complete();
    },
  };
}
