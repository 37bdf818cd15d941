/** What a page of the source changes: which events are new, which came before, which are missing, and what is raised. */
import type { BackfillPage, EventPage, SourceEvent } from '../connectors/events.ts';
import { closeDraft, type Draft, openDraft } from './draft.ts';
import { mapEvent } from './event-mapping.ts';
import { boundHoles, followNumbering, isBehind, judgeNumbers, noteNumber, notePosition } from './numbering.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayChanges, RelayView } from './relay-state.ts';
import { closeWindow, openWindow } from './windows.ts';

export interface Receipt {
  /** Our clock, epoch milliseconds. */
  readonly now: number;
  /** Whether the source was away before: a read failed, it was silent for too long, or the relay has just begun. */
  readonly returned: boolean;
}

/** Pure: the changes of one page of the feed. */
export function acceptPage(
  view: RelayView,
  page: EventPage,
  rules: RelayRules,
  { now, returned }: Receipt,
): RelayChanges {
  const draft = openDraft(view);
  const { cursor, lastEventAt, heardAt } = draft.progress;
  const gapless = rules.source.sequence === 'gapless';
  const lastKnownAt = lastEventAt ?? heardAt ?? now;
  if (page.gap !== null) openWindow(draft, page.gap, rules);
  if (gapless && followNumbering(draft, page.numbering)) openWindow(draft, { from: lastKnownAt, to: now }, rules);
  // Numbers without gaps prove by themselves that a bookmark has lost nothing; without them the outage is asked for.
  if (!gapless && returned && cursor !== null && rules.source.backfill)
    openWindow(draft, { from: lastKnownAt, to: now }, rules);
  takeEvents(draft, page.events, rules, now);
  if (gapless && page.numbering !== null) notePosition(draft, page.numbering.position, now);
  judgeNumbers(draft);
  boundHoles(draft, rules.limits.holesMax);
  draft.progress = { ...draft.progress, cursor: page.next, heardAt: now };
  return closeDraft(draft, rules.limits.recentIdsMax);
}

/** Pure: the changes of one page of the first window. */
export function acceptBackfill(view: RelayView, page: BackfillPage, rules: RelayRules, now: number): RelayChanges {
  const draft = openDraft(view);
  takeEvents(draft, page.events, rules, now);
  const [window, ...others] = draft.progress.windows;
  if (window === undefined) return {};
  const until = page.events.reduce((latest, { at }) => Math.max(latest, at), window.until);
  const pages = window.pages + 1;
  draft.progress = { ...draft.progress, windows: [{ ...window, cursor: page.next, until, pages }, ...others] };
  if (page.next === null) closeWindow(draft, 'filled', rules, now);
  else if (pages >= rules.limits.backfillPagesMax) closeWindow(draft, 'unfilled', rules, now);
  judgeNumbers(draft);
  boundHoles(draft, rules.limits.holesMax);
  return closeDraft(draft, rules.limits.recentIdsMax);
}

function takeEvents(draft: Draft, events: readonly SourceEvent[], rules: RelayRules, now: number): void {
  const numbered = rules.source.sequence === 'gapless';
  for (const event of events) {
    draft.counters.received += 1;
    const known = draft.view.ids.has(event.id) || draft.putIds.has(event.id) || (numbered && isBehind(draft, event));
    if (known) {
      draft.counters.receivedAgain += 1;
      continue;
    }
    if (numbered) noteNumber(draft, event, now);
    const { nextId, lastEventAt } = draft.progress;
    draft.putIds.set(event.id, { n: nextId, id: event.id });
    draft.progress = {
      ...draft.progress,
      nextId: nextId + 1,
      lastEventAt: Math.max(lastEventAt ?? event.at, event.at),
    };
    takeNew(draft, event, rules, now);
  }
}

function takeNew(draft: Draft, event: SourceEvent, { mapping, limits }: RelayRules, now: number): void {
  const mapped = mapEvent(mapping, event);
  const { counters } = draft;
  if ('unmapped' in mapped) {
    counters.dropped += 1;
    const name = `${event.kind}: ${mapped.unmapped}`;
    const byKind = counters.droppedByKind;
    const isCounted = Object.hasOwn(byKind, name) || Object.keys(byKind).length < limits.kindsCountedMax;
    const key = isCounted ? name : 'others';
    byKind[key] = (Object.hasOwn(byKind, key) ? (byKind[key] ?? 0) : 0) + 1;
    return;
  }
  const { nextRow: n, epochs: epoch } = draft.progress;
  const fresh = { epoch, acceptedAt: now, missingSince: null, intentAt: null, refusals: 0 };
  counters.accepted += 1;
  draft.putRows.push({ n, event, ...mapped, ...fresh });
  draft.progress = { ...draft.progress, nextRow: n + 1 };
}
