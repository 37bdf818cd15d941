/** The windows of time that are asked for once more: when one opens, how far it has come, and when it is given up. */
import type { TimeWindow } from '../connectors/events.ts';
import { closeDraft, type Draft, openDraft } from './draft.ts';
import { giveUp } from './numbering.ts';
import type { RelayRules } from './relay-rules.ts';
import type { BackfillWindow, RelayChanges, RelayView } from './relay-state.ts';

/** Opens a window, wider by the overlap on both sides; a source that has no backfill leaves it unfilled at once. */
export function openWindow(draft: Draft, { from, to }: TimeWindow, { source, limits }: RelayRules): void {
  draft.counters.gaps.found += 1;
  if (!source.backfill) {
    draft.counters.gaps.unfilled += 1;
    return;
  }
  const start = Math.min(from, to) - limits.overlapMs;
  const end = Math.max(from, to) + limits.overlapMs;
  const window: BackfillWindow = { from: start, to: end, cursor: null, until: start, pages: 0, tries: 0 };
  const windows = [...draft.progress.windows];
  const last = windows.at(-1);
  // One that was not begun yet takes in the next: the same time is not asked for twice.
  const joins = last !== undefined && last.pages === 0 && (start <= last.to || windows.length >= limits.windowsMax);
  if (joins) {
    draft.counters.gaps.found -= 1;
    const joined = Math.min(last.from, start);
    windows[windows.length - 1] = { ...last, from: joined, until: joined, to: Math.max(last.to, end) };
  } else windows.push(window);
  draft.progress = { ...draft.progress, windows };
}

/** Whether {@link seekHoles} has something to do. */
export function isSeekDue({ progress }: RelayView, { limits }: RelayRules, now: number): boolean {
  return progress.windows.length === 0 && progress.holes.some(isDue(limits.reorderMs, now));
}

const isDue =
  (reorderMs: number, now: number) =>
  ({ lost, since }: { readonly lost: boolean; readonly since: number }) =>
    !lost && Math.abs(now - since) >= reorderMs;

/** Opens one window over all numbers that are overdue, and gives up those that were sought often enough. */
export function seekHoles(view: RelayView, rules: RelayRules, now: number): RelayChanges {
  const { limits, source } = rules;
  const draft = openDraft(view);
  const due = isDue(limits.reorderMs, now);
  giveUp(draft, (hole) => due(hole) && (!source.backfill || hole.tries >= limits.backfillTriesMax));
  const sought = draft.progress.holes.filter(due);
  if (sought.length > 0) {
    const from = Math.min(...sought.map(({ fromAt }) => fromAt));
    openWindow(draft, { from, to: Math.max(...sought.map(({ toAt }) => toAt)) }, rules);
  }
  return closeDraft(draft, limits.recentIdsMax);
}

/** The first window was read to its end, or is given up: what it has not filled was sought once more in vain. */
export function closeWindow(draft: Draft, how: 'filled' | 'unfilled', rules: RelayRules, now: number): void {
  const [window, ...windows] = draft.progress.windows;
  if (window === undefined) return;
  draft.counters.gaps[how] += 1;
  const holes = draft.progress.holes.map((hole) =>
    hole.lost || hole.toAt < window.from || hole.fromAt > window.to
      ? hole
      : { ...hole, tries: how === 'filled' ? hole.tries + 1 : rules.limits.backfillTriesMax, since: now },
  );
  draft.progress = { ...draft.progress, windows, holes };
}

/** A page of the first window failed. `counts` says that the source is there: only then it is a try of the window. */
export function failWindow(
  view: RelayView,
  rules: RelayRules,
  { counts, restart, now }: { readonly counts: boolean; readonly restart: boolean; readonly now: number },
): RelayChanges {
  const draft = openDraft(view);
  const [window, ...others] = draft.progress.windows;
  if (window === undefined) return {};
  const tries = window.tries + (counts ? 1 : 0);
  const next = { ...window, tries, ...(restart ? { cursor: null } : {}) };
  draft.progress = { ...draft.progress, windows: [next, ...others] };
  if (tries >= rules.limits.backfillTriesMax) closeWindow(draft, 'unfilled', rules, now);
  return closeDraft(draft, rules.limits.recentIdsMax);
}
