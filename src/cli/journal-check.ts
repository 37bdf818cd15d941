/** Reads a whole data directory and judges it, without touching it. */
import { CodedError } from '../core/errors.ts';
import { openingError } from '../store/durable-file.ts';
import { type DirectoryReport, inspectDirectory, type JournalItem, readJournal } from '../store/journal-reader.ts';

export interface CheckReport extends DirectoryReport {
  readonly entries: number;
  /** Of which the journal tells. */
  readonly instances: number;
  /** Number of the newest entry, 0 without any. */
  readonly lastSeq: number;
  /** Bytes at the end that a crash tore off, or that are being written this moment; no damage. */
  readonly tornBytes: number;
  /** Everything that is not as it should be. */
  readonly damage: readonly Exclude<JournalItem, { kind: 'entry' | 'torn' }>[];
  /** Why it would not open; null when it would. */
  readonly wontOpen: string | null;
  readonly isSound: boolean;
}

/**
 * Looks what lies there.
 *
 * @throws CodedError SW_DATA_UNWRITABLE when there is no such directory, SW_USAGE when it is none of Syncwarden's
 */
export async function lookInto(directory: string): Promise<DirectoryReport> {
  const found = await inspectDirectory({ directory }).catch((error: unknown) => {
    throw openingError(error, directory);
  });
  if (found.segments.length + found.checkpoints.length + found.damaged.length > 0 || found.holder !== null)
    return found;
  throw new CodedError('SW_USAGE', {
    doing: `looking into ${directory}`,
    expected: 'a data directory: with a journal or a checkpoint in it',
    found: 'neither',
    todo: 'Name the directory that the configuration calls "data"',
  });
}

/** Reads everything. */
export async function checkDirectory(directory: string): Promise<CheckReport> {
  const found = await lookInto(directory);
  try {
    const damage: CheckReport['damage'][number][] = [];
    const keys = new Set<string>();
    let [entries, lastSeq, tornBytes] = [0, 0, 0];
    if (found.segments.length > 0)
      for await (const item of readJournal({ directory })) {
        if (item.kind === 'torn') tornBytes += item.bytes;
        else if (item.kind !== 'entry') damage.push(item);
        else {
          entries += 1;
          lastSeq = item.entry.seq;
          keys.add(item.entry.key);
        }
      }
    const wontOpen = reasonNotToOpen(found);
    const isSound = damage.length === 0 && wontOpen === null && found.checkpoints.every((copy) => !copy.unreadable);
    return { ...found, entries, instances: keys.size, lastSeq, tornBytes, damage, wontOpen, isSound };
  } catch (error) {
    throw openingError(error, directory);
  }
}

/** What the names and the checkpoints tell; damage inside the journal is told by itself. */
function reasonNotToOpen({ checkpoints, segments }: DirectoryReport): string | null {
  const readable = checkpoints.find(({ unreadable }) => unreadable === null);
  const foldedSeq = readable?.lastSeq ?? 0;
  const [oldest] = segments;
  if (oldest === undefined)
    return checkpoints.length > 0 ? 'there is a checkpoint, and no segment of the journal goes on from it' : null;
  return oldest.firstSeq > foldedSeq + 1
    ? `the journal begins with entry ${oldest.firstSeq}, and no readable checkpoint reaches further than entry ${foldedSeq}`
    : null;
}
