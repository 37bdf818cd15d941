/** Reads a data directory without owning it: takes no lock, writes nothing, and may run beside the process that owns it. */
import { checkpointPathsOf, readCheckpoint } from './checkpoint-adapter.ts';
import { holderOf, type LockHolder } from './directory-lock.ts';
import { errnoOf, type FileSystem, nodeFileSystem } from './durable-file.ts';
import { type JournalItem, readSegments } from './journal/reading.ts';
import { indexOfSeq, journalDirectoryOf, listSegments } from './journal/segments.ts';
import { type ProcessTable, systemProcesses } from './process-table.ts';
import { damagedDirectoryOf } from './salvage.ts';

export type { JournalItem } from './journal/reading.ts';

export interface JournalQuery {
  readonly directory: string;
  /** @default the file system of this machine */
  readonly fileSystem?: FileSystem;
  /** @default the processes of this machine */
  readonly processes?: ProcessTable;
  /** Only entries with a larger number. @default 0 */
  readonly afterSeq?: number;
  /** Only entries of this instance. */
  readonly key?: string;
}

/** A copy of the checkpoint as it lies there; its numbers are 0 when it cannot be read. */
export interface CheckpointCopy {
  readonly path: string;
  /** Why it cannot be read; null when it can. */
  readonly unreadable: string | null;
  /** Number of the last entry that is in it. */
  readonly lastSeq: number;
  /** Epoch milliseconds. */
  readonly savedAt: number;
  readonly instances: number;
}

/** What lies in a data directory. */
export interface DirectoryReport {
  /** Who owns it; null when nobody does. */
  readonly holder: LockHolder | null;
  /** The copies of the checkpoint, newest first. */
  readonly checkpoints: readonly CheckpointCopy[];
  /** Oldest first. */
  readonly segments: readonly { readonly path: string; readonly firstSeq: number; readonly bytes: number }[];
  /** Segments that a salvage has put aside. */
  readonly damaged: readonly string[];
}

/** Reads what is kept of the journal, oldest first, past everything that is damaged. */
export async function* readJournal(query: JournalQuery): AsyncGenerator<JournalItem> {
  const { directory, fileSystem = nodeFileSystem, afterSeq = 0, key } = query;
  const all = await listSegments(fileSystem, journalDirectoryOf(directory));
  const segments = all.slice(Math.max(0, indexOfSeq(all, afterSeq + 1)));
  const wants = key === undefined ? undefined : (of: string) => of === key;
  for await (const item of readSegments({ fileSystem, segments, wants }))
    if (item.kind !== 'entry' || item.entry.seq > afterSeq) yield item;
}

/** Looks what lies in a directory, without reading the journal. */
export async function inspectDirectory(
  query: Pick<JournalQuery, 'directory' | 'fileSystem' | 'processes'>,
): Promise<DirectoryReport> {
  const { directory, fileSystem = nodeFileSystem, processes = systemProcesses } = query;
  const copies = await Promise.all(checkpointPathsOf(directory).map((path) => describeCopy(fileSystem, path)));
  const segments = await listIfPresent(fileSystem, journalDirectoryOf(directory), listSegments);
  const damaged = await listIfPresent(fileSystem, damagedDirectoryOf(directory), (from, path) => from.list(path));
  return {
    holder: await holderOf({ fileSystem, processes, directory }),
    checkpoints: copies.filter((copy) => copy !== null),
    segments: segments.map(({ path, firstSeq, bytes }) => ({ path, firstSeq, bytes })),
    damaged: [...damaged].sort(),
  };
}

async function describeCopy(fileSystem: FileSystem, path: string): Promise<CheckpointCopy | null> {
  const copy = await readCheckpoint(fileSystem, path);
  if (copy === null) return null;
  if (typeof copy === 'string') return { path, unreadable: copy, lastSeq: 0, savedAt: 0, instances: 0 };
  const { lastSeq, savedAt, records } = copy;
  return { path, unreadable: null, lastSeq, savedAt, instances: records.size };
}

async function listIfPresent<T>(
  fileSystem: FileSystem,
  path: string,
  list: (fileSystem: FileSystem, path: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return list(fileSystem, path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
}
