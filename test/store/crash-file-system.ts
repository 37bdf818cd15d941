/** A disk in memory that forgets what was not flushed, tears writes, and fails on demand. */
import { basename, dirname } from 'node:path';
import type { DurableFile, FileSystem } from '../../src/store/durable-file.ts';

/** What a crash leaves of content that was written but not flushed. */
export type Unflushed =
  /** Nothing: a power cut before the device saw it. */
  | { readonly kind: 'lost' }
  /** The names of files, but not their content: names may reach the device first. */
  | { readonly kind: 'names' }
  /** Everything: the process died, the system lives. Names are kept too. */
  | { readonly kind: 'kept' }
  /** The first bytes of the newest write to each file. */
  | { readonly kind: 'torn'; readonly bytes: number }
  /** Everything but the first bytes of the newest write, which read as NUL. */
  | { readonly kind: 'hole'; readonly bytes: number };

/** A change that a flush has yet to bring to the device. */
type Change = { readonly position: number; readonly data: Uint8Array } | { readonly length: number };

interface Inode {
  content: Buffer;
  durable: Buffer;
  dirty: Change[];
}

type Names = Map<string, Inode | 'directory'>;

/** The operations that can be made to fail. */
export type Operation =
  | 'write'
  | 'sync'
  | 'open'
  | 'rename'
  | 'remove'
  | 'truncate'
  | 'sync-directory'
  | 'list'
  | 'read';

export class CrashFileSystem implements FileSystem {
  readonly #directories = new Map<string, { names: Names; durable: Names }>([
    ['/', { names: new Map(), durable: new Map() }],
  ]);
  /** Operations that change the disk, since the start. */
  operations = 0;
  readonly counts = new Map<Operation, number>();
  #crashAt = Number.POSITIVE_INFINITY;
  #isCrashed = false;
  /** Files opened before a restart are of no use after it. */
  #boot = 0;
  #fault: ((operation: Operation, path: string) => string | null) | null = null;
  #gate: Promise<void> | null = null;

  /** The machine stops when it has done this many more changing operations. */
  crashAfter(operations: number): void {
    this.#crashAt = this.operations + operations;
  }

  /** Answers an error name such as `ENOSPC` for an operation that is to fail. */
  failWhen(fault: ((operation: Operation, path: string) => string | null) | null): void {
    this.#fault = fault;
  }

  /** Flushes wait until the answered function is called. */
  holdSyncs(): () => void {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      this.#gate = null;
      open();
    };
  }

  /** Starts the machine again. */
  restart(unflushed: Unflushed): void {
    this.#isCrashed = false;
    this.#crashAt = Number.POSITIVE_INFINITY;
    this.#fault = null;
    this.#gate = null;
    this.#boot += 1;
    for (const directory of this.#directories.values()) {
      if (unflushed.kind !== 'kept' && unflushed.kind !== 'names') directory.names = new Map(directory.durable);
      for (const inode of directory.names.values()) if (inode !== 'directory') settle(inode, unflushed);
    }
  }

  /** Content as a process sees it. */
  content(path: string): Buffer {
    return Buffer.from(this.#inode(path).content);
  }

  /** Puts content on the disk past all flushing, as a fault of the device or a person would. */
  tamper(path: string, change: (content: Buffer) => Buffer): void {
    const inode = this.#inode(path);
    inode.content = change(Buffer.from(inode.content));
    inode.durable = Buffer.from(inode.content);
  }

  async makeDirectory(path: string): Promise<void> {
    this.#change('open', path);
    const parent = this.#directory(dirname(path));
    if (this.#directories.has(path)) return;
    parent.names.set(basename(path), 'directory');
    parent.durable.set(basename(path), 'directory');
    this.#directories.set(path, { names: new Map(), durable: new Map() });
  }

  async list(path: string): Promise<readonly string[]> {
    this.#look('list', path);
    return [...this.#directory(path).names.keys()];
  }

  async read(path: string): Promise<Buffer> {
    this.#look('read', path);
    return this.content(path);
  }

  async sizeBytes(path: string): Promise<number> {
    this.#look('read', path);
    return this.#inode(path).content.length;
  }

  async open(path: string, mode: 'create' | 'modify'): Promise<DurableFile> {
    this.#change('open', path);
    const { names } = this.#directory(dirname(path));
    if (mode === 'create') {
      if (names.has(basename(path))) throw errno('EEXIST', path);
      names.set(basename(path), { content: Buffer.alloc(0), durable: Buffer.alloc(0), dirty: [] });
    }
    return this.#file(path, this.#inode(path));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#change('rename', to);
    const inode = this.#inode(from);
    this.#directory(dirname(from)).names.delete(basename(from));
    this.#directory(dirname(to)).names.set(basename(to), inode);
  }

  async remove(path: string): Promise<void> {
    this.#change('remove', path);
    this.#inode(path);
    this.#directory(dirname(path)).names.delete(basename(path));
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change('sync-directory', path);
    const directory = this.#directory(path);
    directory.durable = new Map(directory.names);
  }

  #file(path: string, inode: Inode): DurableFile {
    const boot = this.#boot;
    const requireSameBoot = () => {
      if (boot !== this.#boot) throw errno('EBADF', path);
    };
    return {
      write: async (data, position) => {
        requireSameBoot();
        const crashes = this.#willCrash();
        const fault = this.#fault?.('write', path) ?? null;
        // A disk that fills up, like a machine that stops, takes the first part of a write.
        const taken = crashes || fault === 'ENOSPC' ? data.subarray(0, data.length >> 1) : data;
        if (!this.#isCrashed && (fault === null || fault === 'ENOSPC'))
          change(inode, { position, data: Buffer.from(taken) });
        this.#change('write', path);
      },
      truncate: async (length) => {
        requireSameBoot();
        this.#change('truncate', path);
        change(inode, { length });
      },
      sync: async () => {
        await this.#gate;
        requireSameBoot();
        const fault = this.#fault?.('sync', path) ?? null;
        // As Linux does: the pages of a failed flush are clean afterwards, and no later flush writes them.
        if (fault !== null) inode.dirty = [];
        this.#change('sync', path);
        inode.durable = inode.dirty.reduce(apply, inode.durable);
        inode.dirty = [];
      },
      close: async () => {},
    };
  }

  #willCrash(): boolean {
    return !this.#isCrashed && this.operations + 1 >= this.#crashAt;
  }

  #change(operation: Operation, path: string): void {
    if (this.#willCrash()) this.#isCrashed = true;
    this.operations += 1;
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    this.#look(operation, path);
  }

  #look(operation: Operation, path: string): void {
    if (this.#isCrashed) throw errno('ECRASHED', path);
    const fault = this.#fault?.(operation, path) ?? null;
    if (fault !== null) throw errno(fault, path);
  }

  #directory(path: string): { names: Names; durable: Names } {
    const directory = this.#directories.get(path);
    if (directory === undefined) throw errno('ENOENT', path);
    return directory;
  }

  #inode(path: string): Inode {
    const inode = this.#directory(dirname(path)).names.get(basename(path));
    if (inode === undefined || inode === 'directory') throw errno('ENOENT', path);
    return inode;
  }
}

function change(inode: Inode, made: Change): void {
  inode.content = apply(inode.content, made);
  inode.dirty.push(made);
}

function apply(content: Buffer, made: Change): Buffer {
  if ('length' in made) return Buffer.from(content.subarray(0, made.length));
  const grown = Buffer.alloc(Math.max(content.length, made.position + made.data.length));
  content.copy(grown);
  grown.set(made.data, made.position);
  return grown;
}

function settle(inode: Inode, unflushed: Unflushed): void {
  if (unflushed.kind === 'kept') return; // the system still knows what is dirty
  const newest = inode.dirty.at(-1);
  if (newest !== undefined && 'data' in newest && (unflushed.kind === 'torn' || unflushed.kind === 'hole'))
    inode.durable = [...inode.dirty.slice(0, -1), partOf(newest, unflushed)].reduce(apply, inode.durable);
  inode.content = inode.durable;
  inode.dirty = [];
}

function partOf(
  { position, data }: Extract<Change, { data: unknown }>,
  unflushed: Extract<Unflushed, { bytes: number }>,
): Change {
  if (unflushed.kind === 'torn') return { position, data: data.subarray(0, unflushed.bytes) };
  const bytes = Math.min(unflushed.bytes, data.length);
  return { position: position + bytes, data: data.subarray(bytes) };
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
