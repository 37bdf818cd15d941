/** A disk as one process sees it: dead, it begins nothing more and hears of nothing; a machine that stops takes it along. */
import type { DurableFile, FileSystem } from '../../store/durable-file.ts';
import { forEver, type Life } from '../life.ts';

export interface MortalFilesOptions {
  readonly files: FileSystem;
  readonly life: Life;
  /** Hears of every write before it is made: what it holds decides all that follows. */
  readonly onWrite?: (path: string, data: Uint8Array, position: number) => void;
  /** The machine has stopped in the middle of an operation. */
  readonly onCrash?: () => void;
}

export function mortalFiles({ files, life, onWrite, onCrash }: MortalFilesOptions): FileSystem {
  const guarded = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (life.isOver) return forEver();
    try {
      const answer = await work();
      return life.isOver ? forEver() : answer;
    } catch (error) {
      if (isCrash(error)) onCrash?.();
      if (life.isOver) return forEver();
      throw error;
    }
  };
  const fileOf = (path: string, file: DurableFile): DurableFile => ({
    write: (data, position) =>
      guarded(() => {
        onWrite?.(path, data, position);
        return file.write(data, position);
      }),
    truncate: (length) => guarded(() => file.truncate(length)),
    sync: () => guarded(() => file.sync()),
    close: () => guarded(() => file.close()),
  });
  return {
    makeDirectory: (path) => guarded(() => files.makeDirectory(path)),
    list: (path) => guarded(() => files.list(path)),
    read: (path) => guarded(() => files.read(path)),
    sizeBytes: (path) => guarded(() => files.sizeBytes(path)),
    open: (path, mode) => guarded(async () => fileOf(path, await files.open(path, mode))),
    rename: (from, to) => guarded(() => files.rename(from, to)),
    remove: (path) => guarded(() => files.remove(path)),
    syncDirectory: (path) => guarded(() => files.syncDirectory(path)),
  };
}

const isCrash = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ECRASHED';
