/** What the journal adds to a checkpoint: the newest record of each instance that it tells of. */
import { dirname } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { FileSystem } from '../durable-file.ts';
import { Fold } from './fold.ts';
import { type Frame, framesOf, type Rest } from './frame.ts';
import { damagedError, indexOfSeq, missingError, type Segment } from './segments.ts';

/** The last segment as it was read, for the one who goes on writing it. */
export interface LastSegment {
  readonly content: Buffer;
  readonly goodBytes: number;
  /** Where its last frame begins; equal to `goodBytes` without one. */
  readonly lastFrame: number;
  readonly isTorn: boolean;
  /** The number that the next entry in it must have. */
  readonly endSeq: number;
}

export interface Replay {
  /** Newest record by instance, of those that were touched after `afterSeq`; null for one that was removed. */
  readonly records: ReadonlyMap<string, Json | null>;
  /** Number and time of the newest entry; null without any. */
  readonly newest: { readonly seq: number; readonly at: number } | null;
  readonly bytes: number;
  /** Null without segments. */
  readonly last: LastSegment | null;
}

export interface ReplayOptions {
  readonly fileSystem: FileSystem;
  /** Folder of the segments. */
  readonly directory: string;
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** What a checkpoint holds already. */
  readonly afterSeq: number;
}

/**
 * Reads the segments that hold entries after `afterSeq`, the newest first: of an instance that a segment tells of, no
 * older segment is of interest any more, so that most of them are checked and not decoded.
 *
 * @throws CodedError SW_JOURNAL_CORRUPT
 */
export async function replay({ fileSystem, directory, segments, afterSeq }: ReplayOptions): Promise<Replay> {
  const first = indexOfSeq(segments, afterSeq + 1);
  if (first < 0 && (segments.length > 0 || afterSeq > 0))
    throw missingError(directory, afterSeq + 1, segments[0]?.firstSeq ?? null);

  const records = new Map<string, Json | null>();
  let newest: Replay['newest'] = null;
  let last: LastSegment | null = null;
  let bytes = 0;
  let nextSeq: number | null = null;
  const newestFirst = segments.slice(Math.max(first, 0)).reverse();
  for await (const { segment, content } of contentsOf(fileSystem, newestFirst)) {
    const scan = scanOf(segment, content);
    if (scan.rest.kind === 'damage') throw damagedError(segment, scan.goodBytes, scan.rest.reason);
    if (nextSeq !== null) requireSuccessor(segment, scan, nextSeq);
    const told = foldInto(records, { segment, content, scan, afterSeq });
    newest ??= told; // of the newest segment that is not empty, in which every instance is wanted
    last ??= lastOf(content, scan);
    bytes += scan.goodBytes;
    nextSeq = segment.firstSeq;
  }
  return { records, newest, bytes, last };
}

/** Segments that are read while one is looked through: the newest takes longest, and all others are wanted soon after. */
const readAhead = 3;

async function* contentsOf(
  fileSystem: FileSystem,
  segments: readonly Segment[],
): AsyncGenerator<{ readonly segment: Segment; readonly content: Buffer }> {
  const reading: Promise<Buffer>[] = [];
  for (const [index, segment] of segments.entries()) {
    for (const { path } of segments.slice(index + reading.length, index + 1 + readAhead)) {
      const read = fileSystem.read(path);
      read.catch(() => {}); // told when it is awaited
      reading.push(read);
    }
    yield { segment, content: await (reading.shift() as Promise<Buffer>) }; // begun by now
  }
}

interface Scan {
  readonly frames: readonly Frame[];
  readonly goodBytes: number;
  /** The number that the next entry must have. */
  readonly endSeq: number;
  readonly rest: Rest;
}

function scanOf({ firstSeq }: Segment, content: Buffer): Scan {
  const frames: Frame[] = [];
  const reading = framesOf(content, firstSeq);
  for (;;) {
    const step = reading.next();
    if (!step.done) {
      frames.push(step.value);
      continue;
    }
    const last = frames.at(-1);
    const endSeq = last === undefined ? firstSeq : last.firstSeq + last.count;
    return { frames, goodBytes: step.value.offset, endSeq, rest: step.value.rest };
  }
}

/** A segment is begun when the one before is durable: behind that one nothing can be torn, and nothing is left out. */
function requireSuccessor(segment: Segment, { rest, goodBytes, endSeq }: Scan, nextSeq: number): void {
  if (rest.kind === 'torn')
    throw damagedError(segment, goodBytes, 'an end that is torn although a later segment exists');
  if (endSeq !== nextSeq) throw missingError(dirname(segment.path), endSeq, nextSeq);
}

function lastOf(content: Buffer, { frames, goodBytes, endSeq, rest }: Scan): LastSegment {
  return { content, goodBytes, endSeq, lastFrame: frames.at(-1)?.start ?? goodBytes, isTorn: rest.kind === 'torn' };
}

interface SegmentContent {
  readonly segment: Segment;
  readonly content: Buffer;
  readonly scan: Scan;
  readonly afterSeq: number;
}

/** Adds what a segment tells of instances that no newer one told of; answers its newest entry. */
function foldInto(
  records: Map<string, Json | null>,
  { segment, content, scan, afterSeq }: SegmentContent,
): Replay['newest'] {
  const fold = new Fold();
  let newest: Replay['newest'] = null;
  for (const frame of scan.frames)
    for (const { entry, seq } of fold.takeFrame(content, frame, (key) => !records.has(key))) {
      if (entry === null)
        throw damagedError(segment, frame.start, `entry ${seq}, which does not fit what came before it`);
      newest = entry;
    }
  for (const [key, { seq, record }] of fold.records()) if (seq > afterSeq) records.set(key, record);
  return newest && { seq: newest.seq, at: newest.at };
}
