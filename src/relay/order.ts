/** In which order events are raised, and how long one is held back because an earlier one may still come. Pure. */
import { watermarkOf } from './holes.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayRow, RelayView } from './relay-state.ts';

/** Compares two rows: by number where the source numbers its events, else by time; then as they were received. */
export function compareRows(a: RelayRow, b: RelayRow): number {
  return a.epoch - b.epoch || placeOf(a) - placeOf(b) || a.n - b.n;
}

const placeOf = ({ event }: RelayRow) => event.sequence ?? event.at;

/**
 * Whether a row must wait for an earlier one. With gapless numbers: while a lower number is missing and not given up.
 * Without: for the time in which events overtake each other, and until the windows before it are filled.
 */
export function holdOf(view: RelayView, { source, limits }: RelayRules, now: number): (row: RelayRow) => boolean {
  const { highest, floor, holes, windows, epochs } = view.progress;
  const watermark = highest === null ? null : watermarkOf(highest, holes);
  return (row) => {
    const { sequence, at } = row.event;
    const judged = source.sequence === 'gapless' && sequence !== null && row.epoch === epochs && watermark !== null;
    if (judged && sequence > (floor ?? -1)) return sequence > watermark;
    if (Math.abs(now - row.acceptedAt) < limits.reorderMs) return true;
    return windows.some(({ until }) => at >= until);
  };
}
