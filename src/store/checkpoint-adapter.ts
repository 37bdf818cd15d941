/**
 * lowdb's adapter for the checkpoint: what it has written survives a power cut, and the copy before it is kept.
 *
 * The file is JSON with one record a line; its last member is a checksum over everything before it.
 */
import { join } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Adapter } from 'lowdb';
import { z } from 'zod';
import { type Json, parsedJson } from '../core/json.ts';
import { type FileSystem, readIfPresent, removeIfPresent, writeWhole } from './durable-file.ts';

/** The newest record of each instance after the entry `lastSeq`. */
export interface Checkpoint {
  readonly lastSeq: number;
  /** Time of that entry, epoch milliseconds. */
  readonly lastAt: number;
  /** When this was written, epoch milliseconds. */
  readonly savedAt: number;
  readonly records: ReadonlyMap<string, Json>;
}

/** The checkpoint of a store that has none. */
export const emptyCheckpoint: Checkpoint = { lastSeq: 0, lastAt: 0, savedAt: 0, records: new Map() };

export interface CheckpointAdapterOptions {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  /** Names temporary files; unique among the openings of this directory. */
  readonly epoch: number;
}

const fileSchema = z.object({
  format: z.literal(1),
  lastSeq: z.int().min(1),
  lastAt: z.number(),
  savedAt: z.number(),
  records: z.array(z.tuple([z.string(), parsedJson])),
  checksum: z.string(),
});

/** A copy that exists and cannot be read. */
export interface UnreadableCopy {
  readonly path: string;
  readonly reason: string;
}

/** Where the two copies lie, the newer one first. */
export const checkpointPathsOf = (directory: string): readonly [string, string] => [
  join(directory, 'checkpoint.json'),
  join(directory, 'checkpoint.previous.json'),
];

export class CheckpointAdapter implements Adapter<Checkpoint> {
  readonly #options: CheckpointAdapterOptions;
  readonly #path: string;
  readonly #previousPath: string;
  /** What the two files hold, as far as they can be read. */
  #seq: number | null = null;
  #previousSeq: number | null = null;
  #foldedSeq = 0;
  #writes = 0;
  readonly #unreadable: UnreadableCopy[] = [];

  constructor(options: CheckpointAdapterOptions) {
    this.#options = options;
    [this.#path, this.#previousPath] = checkpointPathsOf(options.directory);
  }

  /** Copies that exist but could not be read, with the reason; filled by {@link read}. */
  get unreadable(): readonly UnreadableCopy[] {
    return this.#unreadable;
  }

  /** Entries up to this one are in both copies, so that even the older one does not need them in the journal. */
  get foldedSeq(): number {
    return this.#foldedSeq;
  }

  /** The newest copy that can be read; null when there is none. */
  async read(): Promise<Checkpoint | null> {
    const current = await this.#readCopy(this.#path);
    const previous = await this.#readCopy(this.#previousPath);
    this.#seq = current?.lastSeq ?? null;
    this.#previousSeq = previous?.lastSeq ?? null;
    return current ?? previous;
  }

  /** Resolves when the checkpoint is durable under its name and the one before it under the name of the previous. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const { fileSystem, directory, epoch } = this.#options;
    const temporary = `${this.#path}.${epoch}-${++this.#writes}.tmp`;
    try {
      await writeWhole(fileSystem, temporary, piecesOf(checkpoint));
    } catch (error) {
      await removeIfPresent(fileSystem, temporary).catch(() => {}); // it is in nobody's way, and `error` says more
      throw error;
    }
    // A copy that cannot be read must not push out the one that can.
    if (this.#seq !== null) {
      await fileSystem.rename(this.#path, this.#previousPath);
      this.#previousSeq = this.#seq;
      this.#seq = null;
    }
    await fileSystem.rename(temporary, this.#path);
    this.#seq = checkpoint.lastSeq;
    await fileSystem.syncDirectory(directory);
    this.#foldedSeq = this.#previousSeq ?? 0;
  }

  async #readCopy(path: string): Promise<Checkpoint | null> {
    const copy = await readCheckpoint(this.#options.fileSystem, path);
    if (typeof copy !== 'string') return copy;
    this.#unreadable.push({ path, reason: copy });
    return null;
  }
}

/** One copy; null when it does not exist, and otherwise why it cannot be read. */
export async function readCheckpoint(fileSystem: FileSystem, path: string): Promise<Checkpoint | string | null> {
  const content = await readIfPresent(fileSystem, path);
  return content === null ? null : parse(content);
}

const checksumMark = '\n"checksum":"';
/** A piece is serialised without letting others run: about half a millisecond. */
const pieceChars = 64 * 1024;

async function* piecesOf({ lastSeq, lastAt, savedAt, records }: Checkpoint): AsyncGenerator<Buffer> {
  let checksum = 0;
  let piece = `{\n"format":1,\n"lastSeq":${lastSeq},\n"lastAt":${lastAt},\n"savedAt":${savedAt},\n"records":[`;
  let separator = '\n';
  const encode = () => {
    const buffer = Buffer.from(piece);
    checksum = crc32(buffer, checksum);
    piece = '';
    return buffer;
  };
  for (const [key, record] of records) {
    piece += `${separator}[${JSON.stringify(key)},${JSON.stringify(record)}]`;
    separator = ',\n';
    if (piece.length < pieceChars) continue;
    yield encode();
    await letOthersRun();
  }
  piece += '\n],';
  yield encode();
  yield Buffer.from(`${checksumMark}${checksum.toString(16).padStart(8, '0')}"\n}\n`);
}

/** The checkpoint, or why it cannot be read. */
function parse(content: Buffer): Checkpoint | string {
  const mark = content.lastIndexOf(checksumMark);
  if (mark < 0) return 'its end is missing';
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch {
    return 'it is not JSON';
  }
  const { data, error } = fileSchema.safeParse(json);
  if (error) return `it does not have the known shape: ${z.prettifyError(error).replaceAll('\n', ' ')}`;
  if (Number.parseInt(data.checksum, 16) !== crc32(content.subarray(0, mark))) return 'its checksum does not match';
  const { lastSeq, lastAt, savedAt, records } = data;
  return { lastSeq, lastAt, savedAt, records: new Map(records) };
}
