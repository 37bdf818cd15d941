/** Heartbeats as observations: `lost` after too long a silence, `answered` when one is heard again. */
import {
  asyncScheduler,
  concat,
  distinctUntilChanged,
  map,
  type Observable,
  of,
  type SchedulerLike,
  startWith,
  switchMap,
  timer,
} from 'rxjs';

export interface HeartbeatOptions {
  /** Longest silence that is still alive, milliseconds. */
  readonly silenceMs: number;
  /** Where time comes from; virtual in tests. @default RxJS's asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** Turns beats into changes between `answered` and `lost`; the first beat is told too, and so is its absence. */
export function watchHeartbeats(
  beats: Observable<unknown>,
  options: HeartbeatOptions,
): Observable<'lost' | 'answered'> {
  const { silenceMs, scheduler = asyncScheduler } = options;
  const silence = timer(silenceMs, scheduler).pipe(map(() => 'lost' as const));
  return beats.pipe(
    map(() => true),
    startWith(false),
    switchMap((heard) => (heard ? concat(of('answered' as const), silence) : silence)),
    distinctUntilChanged(),
  );
}
