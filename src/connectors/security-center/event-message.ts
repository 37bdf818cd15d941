/**
 * The message of a custom event that we raise: a text for people, and the marker by which the event is known to be ours:
 * `(syncwarden event <owner> <id>)` at its end.
 *
 * The message travels as a segment of a path. Characters that servers are known to take for something else there, even
 * when they are escaped, are replaced before.
 */
import { targetText } from './vocabulary.ts';

/** Longest message, UTF-16 code units. An assumption: no limit is documented. */
const messageLengthMax = 200;

/** The marker of one event. `id` and `owner` are made of characters that need no escape. */
function eventMarker(owner: string, id: string): string {
  return `(syncwarden event ${owner} ${id})`;
}

/** Text and marker; the text is cut where both are too long. */
export function eventMessage(owner: string, id: string, text: string): string {
  const marker = eventMarker(owner, id);
  const plain = text.replace(/[\\/?%*:&<>"|]+/g, ' ').replace(/ {2,}/g, ' ');
  const clean = targetText(plain, messageLengthMax - marker.length - 1);
  return clean === null ? marker : `${clean} ${marker}`;
}

/** The id in a message of this owner, or null when it is not one of ours. */
export function eventIdIn(owner: string, message: unknown): string | null {
  if (typeof message !== 'string') return null;
  const [, whose, id] = /\(syncwarden event ([A-Za-z0-9-]{1,40}) ([A-Za-z0-9._-]{1,64})\)\s*$/.exec(message) ?? [];
  return whose === owner && id !== undefined ? id : null;
}
