/** Pending timers, soonest first: what happens, when by the clock, and the countdown. */
import type { TimerView } from '../../http/api.ts';
import { clockTime } from './clock-time.ts';
import { untilText } from './duration.ts';
import { useNow } from './server-time.ts';

interface TimerListProps {
  readonly timers: readonly TimerView[];
  /** A moment of the past: its timers are shown by the clock only. */
  readonly past?: boolean;
}

export function TimerList({ timers, past = false }: TimerListProps) {
  const now = useNow();
  if (timers.length === 0) return <p className="sw-muted">No timer is pending.</p>;
  return (
    <ul className="sw-timers">
      {[...timers]
        .sort((a, b) => a.dueAt - b.dueAt)
        .map((timer) => (
          <li key={timer.id}>
            <span>{timer.what}</span>
            <span className="sw-figure">
              {!past && <strong>{untilText(timer.dueAt, now)}</strong>}
              <time dateTime={new Date(timer.dueAt).toISOString()}>{clockTime(timer.dueAt, now)}</time>
            </span>
          </li>
        ))}
    </ul>
  );
}
