/** Opens a file so that whatever was read from it is known to be of one file that did not change meanwhile. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileChanged, fileMalformed, fileUnreachable } from './failure.ts';
import { type FileIdentity, identityOf, isSameFile } from './file-identity.ts';
import type { FileToRead } from './options.ts';
import type { Position } from './position.ts';

export interface OpenedFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly identity: FileIdentity;
}

const mark = Buffer.from('\ufeff');

/** Bytes that are read at once: few at first, because often one record is all that is wanted. */
const chunkBytesMin = 4_096;
const chunkBytesMax = 65_536;

/**
 * Gives what `use` makes of the opened file. It is given only if the file was the same before and after; a fault that
 * `use` finds in a file that changed meanwhile is reported as the change.
 *
 * @throws CodedError `SW_UNREACHABLE`, `SW_WALK_INCOMPLETE`, `SW_REPLY_UNEXPECTED`; the signal's reason; what `use` throws.
 */
export async function withFile<T>(
  file: FileToRead,
  signal: AbortSignal,
  use: (opened: OpenedFile) => Promise<T>,
): Promise<T> {
  const { path } = file;
  await requireReadable(file, signal);
  const handle = await open(path, 'r').catch((cause) => Promise.reject(fileUnreachable(path, cause)));
  try {
    const identity = identityOf(await handle.stat({ bigint: true }));
    const result = await use({ handle, path, identity }).catch(async (failure) => {
      signal.throwIfAborted();
      throw isSameFile(identity, await identityAt(path)) ? failure : fileChanged(path, failure);
    });
    if (!isSameFile(identity, await identityAt(path))) throw fileChanged(path);
    return result;
  } finally {
    await handle.close();
  }
}

/**
 * Throws unless a regular file of an allowed size is there, and answers its identity. It is asked before the file is
 * opened: to open a pipe would wait for its writer.
 */
export async function requireReadable(file: FileToRead, signal: AbortSignal): Promise<FileIdentity> {
  const { path, settings, bounds } = file;
  signal.throwIfAborted();
  const stats = await stat(path, { bigint: true }).catch((cause) => Promise.reject(fileUnreachable(path, cause)));
  signal.throwIfAborted();
  if (!stats.isFile()) throw fileMalformed({ path, expected: 'a file', found: 'something else of that name' });
  const identity = identityOf(stats);
  if (identity.size > bounds.fileBytesMax) {
    const expected = `at most ${bounds.fileBytesMax} bytes`;
    throw fileMalformed({ path, expected, found: `${identity.size}`, todo: 'Raise fileBytesMax if that is meant' });
  }
  if (identity.size === 0 && !settings.allowEmpty) throw fileEmpty(path);
  return identity;
}

/** Nothing in a file is no statement that there are no records, unless the options say so. */
export function fileEmpty(path: string) {
  const todo = 'Look why the export wrote nothing; set allowEmpty if an empty file means that there are no records';
  return fileMalformed({ path, expected: 'records', found: 'an empty file', todo });
}

/** Where the text begins: behind the mark that some programs write before UTF-8. */
export async function textStart({ handle }: OpenedFile): Promise<Position> {
  const { buffer } = await handle.read(Buffer.alloc(mark.length), 0, mark.length, 0);
  return { offset: buffer.equals(mark) ? mark.length : 0, line: 0 };
}

/** The bytes from an offset up to the end that the file had when it was opened. */
export async function* chunksOf(opened: OpenedFile, offset: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { handle, path, identity } = opened;
  let size = chunkBytesMin;
  for (let at = offset; at < identity.size; size = Math.min(size * 2, chunkBytesMax)) {
    signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(Math.min(size, identity.size - at));
    const { bytesRead } = await handle
      .read(chunk, 0, chunk.length, at)
      .catch((cause) => Promise.reject(fileUnreachable(path, cause)));
    if (bytesRead === 0) throw fileChanged(path); // cut off since
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function identityAt(path: string): Promise<FileIdentity | { size: -1; modifiedNs: ''; inode: '' }> {
  const gone = { size: -1, modifiedNs: '', inode: '' } as const;
  return stat(path, { bigint: true }).then(identityOf, () => gone);
}
