/** Reads segments from the oldest on, past everything that is damaged: for salvage, and for whoever looks from outside. */
import { basename } from 'node:path';
import type { Json } from '../../core/json.ts';
import { type FileSystem, readIfPresent } from '../durable-file.ts';
import type { PastEntry } from '../store.ts';
import { Fold } from './fold.ts';
import { type Frame, frameAt, lengthOf, nextFrame } from './frame.ts';
import type { Segment } from './segments.ts';

/** Where an item was met. */
interface Place {
  /** Name of the file. */
  readonly segment: string;
  /** Byte in it. */
  readonly offset: number;
}

/** One thing met while reading a journal from its oldest segment on. */
export type JournalItem =
  | (Place & { readonly kind: 'entry'; readonly entry: PastEntry })
  /** A sound entry that builds on one that is missing. */
  | (Place & { readonly kind: 'orphan'; readonly seq: number; readonly key: string })
  /** Entries, both included, that are nowhere. */
  | (Place & { readonly kind: 'gap'; readonly fromSeq: number; readonly toSeq: number })
  /** Bytes that are no good frame, although later ones are, or a later segment is. */
  | (Place & { readonly kind: 'damage'; readonly bytes: number; readonly reason: string })
  /** An end that a crash tore off, or that is being written this moment. */
  | (Place & { readonly kind: 'torn'; readonly bytes: number });

export interface ReadingOptions {
  readonly fileSystem: FileSystem;
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** Records that are known from elsewhere, as they were after the entry `lastSeq`. */
  readonly checkpoint?: { readonly lastSeq: number; readonly records: ReadonlyMap<string, Json> };
  /** Only the entries of these instances are decoded. @default all */
  readonly wants?: ((key: string) => boolean) | undefined;
}

export async function* readSegments({
  fileSystem,
  segments,
  checkpoint,
  wants,
}: ReadingOptions): AsyncGenerator<JournalItem> {
  let nextSeq: number | null = null;
  for (const segment of segments) {
    const content = await readIfPresent(fileSystem, segment.path);
    if (content === null) {
      nextSeq = null; // its owner dropped it meanwhile: what is older than the rest is no gap
      continue;
    }
    const fold = new Fold((key, seq) => {
      // The entry before was folded, and nothing came in between: the checkpoint has the record it left.
      return checkpoint !== undefined && seq <= checkpoint.lastSeq ? checkpoint.records.get(key) : undefined;
    });
    nextSeq ??= segment.firstSeq;
    const isLast = segment === segments.at(-1);
    for (const item of itemsOf(content, { segment, nextSeq, fold, isLast, wants })) {
      if (typeof item === 'number') nextSeq = item;
      else yield item;
    }
  }
}

interface SegmentReading {
  readonly segment: Segment;
  readonly nextSeq: number;
  readonly fold: Fold;
  readonly isLast: boolean;
  readonly wants: ((key: string) => boolean) | undefined;
}

/** What is in a segment; at last the number that must follow. */
function* itemsOf(
  content: Buffer,
  { segment, fold, isLast, wants, ...given }: SegmentReading,
): Generator<JournalItem | number> {
  const place = (offset: number): Place => ({ segment: basename(segment.path), offset });
  let nextSeq = Math.max(given.nextSeq, segment.firstSeq);
  // Also when nothing was written into it yet: its name says how far the ones before it had come.
  if (nextSeq > given.nextSeq) yield { kind: 'gap', ...place(0), fromSeq: given.nextSeq, toSeq: nextSeq - 1 };
  const length = lengthOf(content);
  let offset = 0;
  while (offset < length) {
    const at = frameAt(content, offset);
    const frame = typeof at === 'string' ? nextFrame(content, offset + 1) : at;
    if (typeof at === 'string') {
      const bytes = (frame?.start ?? length) - offset;
      if (frame === null && isLast) yield { kind: 'torn', ...place(offset), bytes };
      else yield { kind: 'damage', ...place(offset), bytes, reason: at };
    }
    if (frame === null) break;
    const reason = `entry ${frame.firstSeq} where ${nextSeq} must follow`;
    if (frame.firstSeq > nextSeq) {
      // Without bad bytes that would explain it, the segment is damaged all the same.
      if (typeof at !== 'string') yield { kind: 'damage', ...place(frame.start), bytes: 0, reason };
      yield { kind: 'gap', ...place(frame.start), fromSeq: nextSeq, toSeq: frame.firstSeq - 1 };
    }
    if (frame.firstSeq < nextSeq) {
      yield { kind: 'damage', ...place(frame.start), bytes: frame.end - frame.start, reason };
    } else {
      yield* entriesOf(content, frame, { fold, place: place(frame.start), wants });
      nextSeq = frame.firstSeq + frame.count;
    }
    offset = frame.end;
  }
  yield nextSeq;
}

function* entriesOf(
  content: Buffer,
  frame: Frame,
  { fold, place, wants }: Pick<SegmentReading, 'fold' | 'wants'> & { readonly place: Place },
): Generator<JournalItem> {
  for (const { seq, key, entry } of fold.takeFrame(content, frame, wants))
    yield entry === null ? { kind: 'orphan', ...place, seq, key } : { kind: 'entry', ...place, entry };
}
