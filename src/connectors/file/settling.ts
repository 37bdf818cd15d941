/** Decides when a watched file has changed and come to rest. Pure: time and what was seen come as arguments. */
import { type FileIdentity, isSameFile } from './file-identity.ts';

/** What is known of a watched file; an identity of null means that it is not there. */
export interface Watched {
  /** As it was when the owner last heard of it. */
  readonly told: FileIdentity | null;
  /** As it was when it was last looked at. */
  readonly seen: FileIdentity | null;
  /** Since when it has been as seen, milliseconds on a clock that never jumps. */
  readonly sinceMs: number;
}

export interface Look {
  readonly watched: Watched;
  /** It is another than the owner knows, and has rested: time to tell. */
  readonly changed: boolean;
  /** After how many milliseconds to look again; null when there is nothing to wait for. */
  readonly againMs: number | null;
}

/** One look at a file. */
export function look(before: Watched, seen: FileIdentity | null, nowMs: number, settleMs: number): Look {
  const moved = !same(before.seen, seen);
  const watched = { told: before.told, seen, sinceMs: moved ? nowMs : before.sinceMs };
  if (same(watched.told, seen)) return { watched, changed: false, againMs: null };
  const restMs = settleMs - (nowMs - watched.sinceMs);
  if (restMs > 0) return { watched, changed: false, againMs: restMs };
  return { watched: { ...watched, told: seen }, changed: true, againMs: null };
}

function same(a: FileIdentity | null, b: FileIdentity | null): boolean {
  return a === null || b === null ? a === b : isSameFile(a, b);
}
