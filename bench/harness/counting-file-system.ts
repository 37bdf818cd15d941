/** The file system of this machine, with everything counted that is written through it. */
import { type DurableFile, type FileSystem, nodeFileSystem } from '../../src/store/durable-file.ts';

/** Bytes written so far, by what they were written for. */
export interface WrittenBytes {
  readonly journal: number;
  readonly checkpoint: number;
}

export interface CountingFileSystem {
  readonly fileSystem: FileSystem;
  written(): WrittenBytes;
  /** Flushes of journal files so far. */
  flushes(): number;
}

export function countingFileSystem(): CountingFileSystem {
  const written = { journal: 0, checkpoint: 0 };
  let flushes = 0;
  const counted = (file: DurableFile, kind: keyof WrittenBytes): DurableFile => ({
    write(data, position) {
      written[kind] += data.length;
      return file.write(data, position);
    },
    truncate: (length) => file.truncate(length),
    sync() {
      if (kind === 'journal') flushes += 1;
      return file.sync();
    },
    close: () => file.close(),
  });
  return {
    fileSystem: {
      ...nodeFileSystem,
      open: async (path, mode) =>
        counted(await nodeFileSystem.open(path, mode), path.endsWith('.log') ? 'journal' : 'checkpoint'),
    },
    written: () => ({ ...written }),
    flushes: () => flushes,
  };
}
