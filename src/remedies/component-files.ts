/** The few file operations that the records of components need, as an interface, so that a test can break them. */
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Operations reject with the system's own error. */
export interface ComponentFiles {
  /** Names in a directory; none when it does not exist. */
  list(directory: string): Promise<readonly string[]>;
  /** Null when it does not exist. */
  read(path: string): Promise<string | null>;
  /**
   * Creates a file that is durable and complete from the first moment it can be seen, by way of a draft beside it. False
   * when the name is taken: of any number of processes one succeeds.
   */
  createWhole(path: string, draft: string, text: string): Promise<boolean>;
  /** A file that is gone already is a success. */
  remove(path: string): Promise<void>;
}

/** The files of this machine, or of a folder that it shares. */
export const nodeComponentFiles: ComponentFiles = {
  list: async (directory) => (await ifPresent(readdir(directory))) ?? [],
  read: (path) => ifPresent(readFile(path, 'utf8')),
  async createWhole(path, draft, text) {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(draft, text);
    try {
      // Unlike rename, link refuses a name that is taken; unlike O_EXCL, it never shows a file without its content.
      await link(draft, path);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await syncDirectory(dirname(path));
    return true;
  },
  remove: (path) => rm(path, { force: true }),
};

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

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

async function ifPresent<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
}

function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
