/** A disk in memory that forgets what was not flushed, tears writes, and fails on demand. */
import { basename, dirname } from 'node:path';
import type { DurableFile, FileSystem } from '../store/durable-file.ts';

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
  | { readonly kind: 'hole'; readonly bytes: number }
  /**
   * Some of the changes, whatever their order: bit n of `names` stands for the n-th change of names that was not flushed,
   * bit n of `changes` for the n-th change of each file, of whose newest write `bytes` are there.
   */
  | { readonly kind: 'some'; readonly names: number; readonly changes: number; readonly bytes?: number };

/** A change that a flush has yet to bring to the device. */
type Change = { readonly position: number; readonly data: Uint8Array } | { readonly length: number };

interface Inode {
  content: Bytes;
  durable: Bytes;
  dirty: Change[];
}

/** Bytes of a file. Those that somebody else may hold, too, are replaced by a write; others are changed in place. */
interface Bytes {
  readonly data: Buffer;
  readonly isShared: boolean;
}

type Names = Map<string, Inode | 'directory'>;

interface Directory {
  names: Names;
  durable: Names;
}

/** What one operation does to the names of a directory; null takes one away. A crash keeps all of it or nothing. */
interface Naming {
  readonly directory: string;
  readonly edits: readonly (readonly [name: string, inode: Inode | null])[];
}

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
  readonly #directories = new Map<string, Directory>([['/', { names: new Map(), durable: new Map() }]]);
  readonly #hasSyncNow: boolean;
  /** Changes of names that no flush of their directory has brought to the device. */
  #namings: Naming[] = [];
  /** Operations that change the disk, since the start. */
  operations = 0;
  readonly counts = new Map<Operation, number>();
  #crashAt = Number.POSITIVE_INFINITY;
  #isCrashed = false;
  /** Files opened before a restart are of no use after it. */
  #boot = 0;
  #fault: ((operation: Operation, path: string) => string | null) | null = null;
  #gate: { readonly of: (path: string) => boolean; readonly opened: Promise<void> } | null = null;

  /** @param hasSyncNow whether files can be flushed while the thread waits; such flushes cannot be held */
  constructor({ hasSyncNow = false }: { readonly hasSyncNow?: boolean } = {}) {
    this.#hasSyncNow = hasSyncNow;
  }

  /** The disk as it is now, to try more than one end of it. Open files belong to the old one. */
  copy(): CrashFileSystem {
    const copy = new CrashFileSystem({ hasSyncNow: this.#hasSyncNow });
    const inodes = new Map<Inode, Inode>();
    const copied = <T extends Inode | 'directory' | null>(inode: T): T => {
      if (inode === null || inode === 'directory') return inode;
      inode.content = shared(inode.content);
      inode.durable = shared(inode.durable);
      const known = inodes.get(inode) ?? { ...inode, dirty: [...inode.dirty] };
      inodes.set(inode, known);
      return known as T; // T was an inode
    };
    const namesOf = (names: Names): Names => new Map([...names].map(([name, inode]) => [name, copied(inode)]));
    for (const [path, { names, durable }] of this.#directories)
      copy.#directories.set(path, { names: namesOf(names), durable: namesOf(durable) });
    copy.#namings = this.#namings.map(({ directory, edits }) => ({
      directory,
      edits: edits.map(([name, inode]) => [name, copied(inode)] as const),
    }));
    copy.operations = this.operations;
    return copy;
  }

  /**
   * How much there is that a power cut may take or leave: changes of names, of one file at most, bytes of its newest
   * write.
   *
   * @param within only files in this directory
   */
  unflushed(within?: string): { readonly names: number; readonly changes: number; readonly bytes: number } {
    const places = [...this.#directories].filter(([path]) => within === undefined || path === within);
    const files = places.flatMap(([, { names }]) => [...names.values()]);
    const dirty = files.flatMap((file) => (file === 'directory' ? [] : [file.dirty]));
    const newest = dirty
      .map((changes) => changes.at(-1))
      .map((made) => (made && 'data' in made ? made.data.length : 0));
    const changes = Math.max(0, ...dirty.map(({ length }) => length));
    return { names: this.#namings.length, changes, bytes: Math.max(0, ...newest) };
  }

  /** The machine stops when it has done this many more changing operations. */
  crashAfter(operations: number): void {
    this.#crashAt = this.operations + operations;
  }

  /** Answers an error name such as `ENOSPC` for an operation that is to fail. */
  failWhen(fault: ((operation: Operation, path: string) => string | null) | null): void {
    this.#fault = fault;
  }

  /** Flushes, or those of some files, wait until the answered function is called. */
  holdSyncs(of: (path: string) => boolean = () => true): () => void {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { of, opened };
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
    if (unflushed.kind === 'kept') return; // the system still knows what is dirty
    this.#settleNames(unflushed);
    for (const { names } of this.#directories.values())
      for (const inode of names.values()) if (inode !== 'directory') settle(inode, unflushed);
  }

  #settleNames(unflushed: Unflushed): void {
    for (const [index, { directory, edits }] of this.#namings.entries()) {
      const isThere = unflushed.kind === 'names' || (unflushed.kind === 'some' && hasBit(unflushed.names, index));
      if (isThere) edit(this.#directory(directory).durable, edits);
    }
    this.#namings = [];
    for (const directory of this.#directories.values()) directory.names = new Map(directory.durable);
  }

  /** Content as a process sees it. */
  content(path: string): Buffer {
    return Buffer.from(this.#inode(path).content.data);
  }

  /** Content of every file as a power cut now would leave it. */
  durableText(): string {
    const files = [...this.#directories.values()].flatMap(({ durable }) => [...durable.values()]);
    return files.map((file) => (file === 'directory' ? '' : file.durable.data.toString('utf8'))).join('\n');
  }

  /** Puts content on the disk past all flushing, as a fault of the device or a person would. */
  tamper(path: string, change: (content: Buffer) => Buffer): void {
    const inode = this.#inode(path);
    const data = change(Buffer.from(inode.content.data));
    inode.content = { data, isShared: true };
    inode.durable = { data, isShared: true };
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
    return this.#inode(path).content.data.length;
  }

  async open(path: string, mode: 'create' | 'modify'): Promise<DurableFile> {
    this.#change('open', path);
    const { names } = this.#directory(dirname(path));
    if (mode === 'create') {
      if (names.has(basename(path))) throw errno('EEXIST', path);
      this.#rename(dirname(path), [[basename(path), { content: noBytes, durable: noBytes, dirty: [] }]]);
    }
    return this.#file(path, this.#inode(path));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#change('rename', to);
    const inode = this.#inode(from);
    const [taken, given] = [[basename(from), null] as const, [basename(to), inode] as const];
    if (dirname(from) === dirname(to)) return this.#rename(dirname(from), [taken, given]);
    // Of two directories each may reach the device without the other.
    this.#rename(dirname(to), [given]);
    this.#rename(dirname(from), [taken]);
  }

  async remove(path: string): Promise<void> {
    this.#change('remove', path);
    this.#inode(path);
    this.#rename(dirname(path), [[basename(path), null]]);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change('sync-directory', path);
    const directory = this.#directory(path);
    directory.durable = new Map(directory.names);
    this.#namings = this.#namings.filter((naming) => naming.directory !== path);
  }

  #rename(directory: string, edits: Naming['edits']): void {
    edit(this.#directory(directory).names, edits);
    this.#namings.push({ directory, edits });
  }

  #file(path: string, inode: Inode): DurableFile {
    const boot = this.#boot;
    const requireSameBoot = () => {
      if (boot !== this.#boot) throw errno('EBADF', path);
    };
    const sync = () => {
      requireSameBoot();
      const fault = this.#fault?.('sync', path) ?? null;
      // As Linux does: the pages of a failed flush are clean afterwards, and no later flush writes them.
      if (fault !== null) inode.dirty = [];
      this.#change('sync', path);
      inode.durable = inode.dirty.reduce(apply, inode.durable);
      inode.dirty = [];
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
        if (this.#gate?.of(path)) await this.#gate.opened;
        sync();
      },
      ...(this.#hasSyncNow && { syncNow: sync }),
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

  #directory(path: string): Directory {
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

const noBytes: Bytes = { data: Buffer.alloc(0), isShared: true };
const shared = (bytes: Bytes): Bytes => (bytes.isShared ? bytes : { ...bytes, isShared: true });

function apply({ data, isShared }: Bytes, made: Change): Bytes {
  if ('length' in made) {
    // Longer: filled with NUL.
    return { data: Buffer.concat([data.subarray(0, made.length)], made.length), isShared: false };
  }
  const length = made.position + made.data.length;
  if (!isShared && length <= data.length) {
    data.set(made.data, made.position);
    return { data, isShared };
  }
  const grown = Buffer.alloc(Math.max(data.length, length));
  data.copy(grown);
  grown.set(made.data, made.position);
  return { data: grown, isShared: false };
}

function edit(names: Names, edits: Naming['edits']): void {
  for (const [name, inode] of edits)
    if (inode === null) names.delete(name);
    else names.set(name, inode);
}

const hasBit = (mask: number, index: number) => (mask & (1 << Math.min(index, 30))) !== 0;

function settle(inode: Inode, unflushed: Unflushed): void {
  inode.durable = changesLeft(inode.dirty, unflushed).reduce(apply, inode.durable);
  inode.durable = shared(inode.durable);
  inode.content = inode.durable;
  inode.dirty = [];
}

/** The changes of a file that a power cut leaves. */
function changesLeft(dirty: readonly Change[], unflushed: Unflushed): readonly Change[] {
  const newest = dirty.at(-1);
  switch (unflushed.kind) {
    case 'torn':
    case 'hole':
      return newest !== undefined && 'data' in newest ? [...dirty.slice(0, -1), partOf(newest, unflushed)] : [];
    case 'some': {
      const { changes, bytes = Number.POSITIVE_INFINITY } = unflushed;
      const cut = (made: Change) => (made === newest && 'data' in made ? partOf(made, { kind: 'torn', bytes }) : made);
      return dirty.filter((_, index) => hasBit(changes, index)).map(cut);
    }
    default:
      return [];
  }
}

function partOf(
  { position, data }: Extract<Change, { data: unknown }>,
  unflushed: { readonly kind: 'torn' | 'hole'; readonly bytes: number },
): Change {
  if (unflushed.kind === 'torn') return { position, data: data.subarray(0, unflushed.bytes) };
  const bytes = Math.min(unflushed.bytes, data.length);
  return { position: position + bytes, data: data.subarray(bytes) };
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
