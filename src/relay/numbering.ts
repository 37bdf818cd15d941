/** What the numbers of a gapless source tell: what came before, what is missing, and where a new numbering begins. */
import type { EventPage, SourceEvent } from '../connectors/events.ts';
import type { Draft } from './draft.ts';
import { type Hole, holeOf, sizeOf, withNumber } from './holes.ts';

/**
 * Begins to judge by number, where the source states its numbering. After a new epoch nothing can be judged until the
 * windows around the change are filled: {@link judgeNumbers} begins anew then. True when the numbering has changed.
 */
export function followNumbering(draft: Draft, numbering: EventPage['numbering']): boolean {
  const { progress } = draft;
  if (numbering === null || numbering.epoch === progress.epoch) return false;
  const isFirst = progress.epoch === null;
  draft.counters.lost.missing += progress.holes.reduce((sum, hole) => sum + (hole.lost ? 0 : sizeOf(hole)), 0);
  draft.progress = {
    ...progress,
    epoch: numbering.epoch,
    epochs: isFirst ? 0 : progress.epochs + 1,
    highest: null,
    floor: null,
    position: null,
    holes: [],
  };
  return !isFirst;
}

/** Begins to judge, once nothing is left to be filled: all up to the position of the source is behind us. */
export function judgeNumbers(draft: Draft): void {
  const { highest, position, windows } = draft.progress;
  if (highest !== null || position === null || windows.length > 0) return;
  draft.progress = { ...draft.progress, highest: position, floor: position };
}

/** Whether an event with this number was received before, or happened before we began. */
export function isBehind({ progress }: Draft, { sequence }: SourceEvent): boolean {
  const { highest, floor, holes, epochs } = progress;
  if (sequence === null || highest === null || sequence > highest) return false;
  if (floor !== null && sequence <= floor) return epochs === 0;
  return holeOf(holes, sequence) === null;
}

/** Takes note that this number has come: fills its hole, or opens one before it. */
export function noteNumber(draft: Draft, { sequence, at }: SourceEvent, now: number): void {
  const { highest, holes } = draft.progress;
  if (sequence === null || highest === null) return;
  const hole = holeOf(holes, sequence);
  if (hole?.lost) draft.counters.lost.missing -= 1;
  if (hole !== null) draft.progress = { ...draft.progress, holes: withNumber(holes, sequence) };
  else if (sequence > highest) {
    openHole(draft, sequence - 1, at, now);
    draft.progress = { ...draft.progress, highest: sequence };
  }
}

/** Takes note that the source has read up to its position: what has not come by now is missing. */
export function notePosition(draft: Draft, position: number, now: number): void {
  const { highest } = draft.progress;
  draft.progress = { ...draft.progress, position };
  if (highest === null || position <= highest) return;
  openHole(draft, position, now, now);
  draft.progress = { ...draft.progress, highest: position };
}

function openHole(draft: Draft, to: number, toAt: number, now: number): void {
  const { highest, holes, lastEventAt, heardAt } = draft.progress;
  if (highest === null || to <= highest) return;
  const fromAt = Math.min(lastEventAt ?? heardAt ?? toAt, toAt);
  const hole: Hole = { from: highest + 1, to, fromAt, toAt, since: now, tries: 0, lost: false };
  draft.progress = { ...draft.progress, holes: [...holes, hole] };
}

/** Gives holes up: they are counted, and nobody waits for them any more. */
export function giveUp(draft: Draft, isGivenUp: (hole: Hole) => boolean): void {
  const holes = draft.progress.holes.map((hole) => {
    if (hole.lost || !isGivenUp(hole)) return hole;
    draft.counters.lost.missing += sizeOf(hole);
    return { ...hole, lost: true };
  });
  draft.progress = { ...draft.progress, holes };
}

/** Keeps the bound of the list: the oldest that are lost go first, then the oldest are given up. */
export function boundHoles(draft: Draft, holesMax: number): void {
  const excess = () => draft.progress.holes.length - holesMax;
  if (excess() <= 0) return;
  const open = draft.progress.holes.filter(({ lost }) => !lost);
  const tooMany = new Set(open.slice(0, Math.max(0, open.length - holesMax)));
  giveUp(draft, (hole) => tooMany.has(hole));
  let left = excess();
  const holes = draft.progress.holes.filter(({ lost }) => {
    if (!lost || left <= 0) return true;
    left -= 1;
    return false;
  });
  draft.progress = { ...draft.progress, holes };
}
