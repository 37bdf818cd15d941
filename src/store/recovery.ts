/** What is found in a data directory once its lock is held: the checkpoint, and the journal that goes on from it. */
import { dirname, join } from 'node:path';
import { Low } from 'lowdb';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { type Checkpoint, CheckpointAdapter, emptyCheckpoint, type UnreadableCopy } from './checkpoint-adapter.ts';
import { type FileSystem, removeIfPresent } from './durable-file.ts';
import { Journal, type OpenedJournal } from './journal/journal.ts';
import { journalDirectoryOf, listSegments } from './journal/segments.ts';
import type { StoreLimits } from './store-limits.ts';

/** Hears of what does not stop the store. */
export type Warn = (message: string, details: { readonly [name: string]: unknown }) => void;

export interface RecoveryOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly limits: StoreLimits;
  readonly warn: Warn;
  readonly clock: Clock;
  /** Of the lock that is held. */
  readonly epoch: number;
}

export interface Found {
  readonly adapter: CheckpointAdapter;
  /** Holds the newest copy that could be read. */
  readonly low: Low<Checkpoint>;
  /** The journal with its entries after that copy. */
  readonly opened: OpenedJournal;
}

/**
 * Reads the checkpoint and the journal after it; afterwards everything that was read is durable.
 *
 * @throws CodedError SW_JOURNAL_CORRUPT, SW_CHECKPOINT_CORRUPT
 */
export async function recover({ directory, fileSystem, limits, warn, clock, epoch }: RecoveryOptions): Promise<Found> {
  await removeLeftovers(fileSystem, directory);
  const journalDirectory = journalDirectoryOf(directory);
  await fileSystem.makeDirectory(journalDirectory);
  await fileSystem.syncDirectory(directory);

  const adapter = new CheckpointAdapter({ fileSystem, directory, epoch });
  const low = new Low<Checkpoint>(adapter, emptyCheckpoint);
  await low.read();
  for (const { path, reason } of adapter.unreadable) warn('A copy of the checkpoint cannot be read.', { path, reason });
  await requireBase(fileSystem, journalDirectory, adapter.unreadable, low.data.lastSeq);

  const opened = await Journal.open({ ...limits, fileSystem, clock, directory: journalDirectory }, low.data.lastSeq);
  if (opened.tornBytes > 0) warn('A torn end of the journal was cut off.', { bytes: opened.tornBytes });
  return { adapter, low, opened };
}

/** Files that a checkpoint had begun when its process died. */
async function removeLeftovers(fileSystem: FileSystem, directory: string): Promise<void> {
  for (const name of await fileSystem.list(directory))
    if (/^checkpoint\.json\..*\.tmp$/.test(name)) await removeIfPresent(fileSystem, join(directory, name));
}

/**
 * A journal that begins behind what can be read of the checkpoint lacks the records in between, and damaged copies
 * without any journal are a loss too. (A good copy without a journal is judged where the journal is read.)
 */
async function requireBase(
  fileSystem: FileSystem,
  journalDirectory: string,
  unreadable: readonly UnreadableCopy[],
  lastSeq: number,
): Promise<void> {
  const [oldest] = await listSegments(fileSystem, journalDirectory);
  if (oldest === undefined ? lastSeq > 0 || unreadable.length === 0 : oldest.firstSeq <= lastSeq + 1) return;
  const beginning = oldest === undefined ? 'which is empty' : `which begins with entry ${oldest.firstSeq}`;
  throw new CodedError('SW_CHECKPOINT_CORRUPT', {
    doing: `reading the checkpoint beside ${journalDirectory}`,
    expected: `a copy that reaches as far as the beginning of the journal, ${beginning}`,
    found:
      unreadable.length > 0
        ? unreadable.map(({ path, reason }) => `${path} (${reason})`).join(' and ')
        : `none that reaches further than entry ${lastSeq}`,
    todo: `Restore checkpoint.json or checkpoint.previous.json from a backup; or stop Syncwarden and run "syncwarden journal check --data ${dirname(journalDirectory)} --salvage", which keeps what the journal still tells`,
  });
}
