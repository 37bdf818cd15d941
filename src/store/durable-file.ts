/** The file operations the store needs, as an interface, so that a test can put a disk underneath that loses and fails. */
import { fdatasync, fdatasyncSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CodedError } from '../core/errors.ts';

/** An open file, written at explicit positions: the writer knows how far it has come, the system need not. */
export interface DurableFile {
  /** Writes all of `data`; nothing of it is durable yet. */
  write(data: Uint8Array, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Resolves when content and length are on the device (`fdatasync`). */
  sync(): Promise<void>;
  /** The same, while this thread waits; left out where there is no such way. */
  syncNow?(): void;
  close(): Promise<void>;
}

/** Operations reject with the system's own error (`code` such as `ENOENT`), as `node:fs` does. */
export interface FileSystem {
  /** Creates one directory, durably; its parent must exist. A directory that exists already is a success. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory, in any order. */
  list(directory: string): Promise<readonly string[]>;
  read(path: string): Promise<Buffer>;
  sizeBytes(path: string): Promise<number>;
  /** `create` fails with `EEXIST` if the name is taken; `modify` needs an existing file. */
  open(path: string, mode: 'create' | 'modify'): Promise<DurableFile>;
  /** Replaces `to` in one step. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  async makeDirectory(path) {
    try {
      await mkdir(path);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
      throw error;
    }
    await syncDirectory(dirname(path));
  },
  list: (directory) => readdir(directory),
  read: readWhole,
  sizeBytes: async (path) => (await stat(path)).size,
  async open(path, mode) {
    const handle = await open(path, mode === 'create' ? 'wx' : 'r+');
    return {
      async write(data, position) {
        // One write may take less than it was given, for example when the disk is nearly full.
        for (let done = 0; done < data.length; ) {
          const left = data.length - done;
          // A small write only copies into the system's cache: less than the way to another thread and back.
          if (left <= smallBytes) done += writeSync(handle.fd, data, done, left, position + done);
          else done += (await handle.write(data, done, left, position + done)).bytesWritten;
        }
      },
      truncate: (length) => handle.truncate(length),
      sync: () => syncData(handle.fd),
      syncNow: () => fdatasyncSync(handle.fd),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path),
  syncDirectory,
};

/** In one piece: `readFile` goes to another thread and back for every half mebibyte. */
async function readWhole(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const content = Buffer.allocUnsafe((await handle.stat()).size);
    let length = 0;
    for (let read = 1; length < content.length && read > 0; length += read)
      read = (await handle.read(content, length, content.length - length, length)).bytesRead;
    return content.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** Bytes up to which a write is done at once. */
const smallBytes = 256 * 1024;

const syncData = promisify(fdatasync);

async function syncDirectory(path: string): Promise<void> {
  // Windows has no handle on a directory that could be flushed; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a file with this content and makes the content durable; the name is durable after `syncDirectory`. */
export async function writeWhole(
  fileSystem: FileSystem,
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await fileSystem.open(path, 'create');
  try {
    let position = 0;
    for await (const piece of pieces) {
      await file.write(piece, position);
      position += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads a file; null when it does not exist. */
export async function readIfPresent(fileSystem: FileSystem, path: string): Promise<Buffer | null> {
  return fileSystem.read(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
}

/** Removes a file; one that is gone already is a success. */
export async function removeIfPresent(fileSystem: FileSystem, path: string): Promise<void> {
  await fileSystem.remove(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** The system's name of an error, for example `ENOSPC`; null when it is not an error of the system. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'EDQUOT']);

/** An error met while a data directory is opened, as a coded one: `SW_DATA_UNWRITABLE` or `SW_STORE_FAILED`. */
export function openingError(error: unknown, directory: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof CodedError || errno === null) return error;
  const isUnwritable = unwritable.has(errno);
  return new CodedError(isUnwritable ? 'SW_DATA_UNWRITABLE' : 'SW_STORE_FAILED', {
    doing: `opening the data directory ${directory}`,
    expected: isUnwritable
      ? 'a directory, in an existing folder, that this user may read and write, on a disk with room'
      : 'every file in it to be readable and writable',
    found: error instanceof Error ? error.message : String(error),
    todo: isUnwritable
      ? 'Create the folder above it, give this user the right to write there, make room, or choose another data directory'
      : 'Check the disk, then start again',
    cause: error,
  });
}
