/**
 * Opens what cannot be opened: keeps every frame with a good checksum, writes a checkpoint of what they add up to, and
 * puts the damaged files aside. Nothing is deleted.
 */
import { basename, join } from 'node:path';
import { Low } from 'lowdb';
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import { type Checkpoint, CheckpointAdapter, emptyCheckpoint } from './checkpoint-adapter.ts';
import { type FileSystem, writeWhole } from './durable-file.ts';
import { type JournalItem, readSegments } from './journal/reading.ts';
import { journalDirectoryOf, listSegments, type Segment, segmentPath } from './journal/segments.ts';
import type { Salvaged } from './store.ts';

export interface SalvageOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  /** Of the lock that is held. */
  readonly epoch: number;
}

/** Folder into which damaged files are put, each with the epoch of its salvage before its name. */
export const damagedDirectoryOf = (directory: string) => join(directory, 'damaged');

/** Makes a directory one that opens. Answers null when it opens as it is. */
export async function salvageDirectory(options: SalvageOptions): Promise<Salvaged | null> {
  const { directory, fileSystem, epoch } = options;
  const journalDirectory = journalDirectoryOf(directory);
  await fileSystem.makeDirectory(journalDirectory);
  const adapter = new CheckpointAdapter({ fileSystem, directory, epoch });
  const low = new Low<Checkpoint>(adapter, emptyCheckpoint);
  await low.read();
  const unreadable = adapter.unreadable.map(({ path }) => path);
  const segments = await listSegments(fileSystem, journalDirectory);
  const sum = new Sum(low.data, segments);
  for await (const item of readSegments({ fileSystem, segments, checkpoint: low.data })) sum.take(item);
  if (sum.isSound && unreadable.length === 0) return null;

  const damaged = segments.map(({ path }) => path).filter((path) => sum.damaged.has(basename(path)));
  await putAside(options, unreadable); // before the new checkpoint takes their names
  low.data = { lastSeq: sum.lastSeq, lastAt: sum.lastAt, savedAt: options.clock.now(), records: sum.records };
  if (sum.lastSeq > 0) for (const _copy of ['newest', 'previous']) await low.write(); // neither needs what is put aside
  await putAside(options, damaged);
  // After that, because one of them may have its name.
  if (damaged.length === segments.length) {
    await writeWhole(fileSystem, segmentPath(journalDirectory, sum.lastSeq + 1), []);
    await fileSystem.syncDirectory(journalDirectory);
  }
  return sum.result([...unreadable, ...damaged]);
}

/** What a checkpoint and the sound frames of the journal add up to. */
class Sum {
  readonly records: Map<string, Json>;
  lastSeq: number;
  lastAt: number;
  /** Names of segments that are not sound. */
  readonly damaged = new Set<string>();
  readonly #foldedSeq: number;
  /** Whether the journal is there and goes on where the checkpoint ends. */
  readonly #unknownBefore: number | null;
  readonly #isAlone: boolean;
  readonly #behind = new Set<string>();
  #lost = 0;

  constructor({ lastSeq, lastAt, records }: Checkpoint, segments: readonly Segment[]) {
    const [oldest, newest] = [segments[0], segments.at(-1)];
    this.records = new Map(records);
    // A segment is begun when all before it is durable, even one in which nothing sound is left.
    this.lastSeq = Math.max(lastSeq, (newest?.firstSeq ?? 0) - 1);
    this.lastAt = lastAt;
    this.#foldedSeq = lastSeq;
    this.#isAlone = oldest === undefined && lastSeq > 0;
    this.#unknownBefore = oldest !== undefined && oldest.firstSeq > lastSeq + 1 ? oldest.firstSeq : null;
  }

  get isSound(): boolean {
    return this.damaged.size === 0 && this.#lost === 0 && this.#unknownBefore === null && !this.#isAlone;
  }

  take(item: JournalItem): void {
    switch (item.kind) {
      case 'entry':
        this.#apply(item.entry);
        return;
      case 'gap':
        this.#lost += Math.max(0, item.toSeq - Math.max(item.fromSeq - 1, this.#foldedSeq));
        return;
      case 'orphan':
        this.damaged.add(item.segment);
        if (item.seq <= this.#foldedSeq) return;
        this.#lost += 1;
        this.#behind.add(item.key);
        this.lastSeq = Math.max(this.lastSeq, item.seq);
        return;
      case 'damage':
        this.damaged.add(item.segment);
        return;
      case 'torn': // nobody was promised it, and opening cuts it off
    }
  }

  result(files: readonly string[]): Salvaged {
    const rolledBack = [...this.#behind].sort();
    return { entriesLost: this.#lost, rolledBack, unknownBefore: this.#unknownBefore, files };
  }

  #apply({
    seq,
    at,
    key,
    record,
  }: {
    readonly seq: number;
    readonly at: number;
    readonly key: string;
    readonly record: Json | null;
  }): void {
    if (seq <= this.#foldedSeq) return;
    this.lastSeq = Math.max(this.lastSeq, seq);
    this.lastAt = at;
    this.#behind.delete(key); // whatever was missing before, this entry has brought the whole record again
    if (record === null) this.records.delete(key);
    else this.records.set(key, record);
  }
}

async function putAside({ directory, fileSystem, epoch }: SalvageOptions, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const aside = damagedDirectoryOf(directory);
  await fileSystem.makeDirectory(aside);
  for (const path of paths) await fileSystem.rename(path, join(aside, `${epoch}-${basename(path)}`));
  for (const changed of [aside, journalDirectoryOf(directory), directory]) await fileSystem.syncDirectory(changed);
}
