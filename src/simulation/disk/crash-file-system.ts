/** A disk in memory that forgets what was not flushed, tears writes, and fails on demand. */
import type { DurableFile, FileSystem } from '../../store/durable-file.ts';
import { Directories, errno } from './directories.ts';
import type { Inode, Unflushed } from './inode.ts';

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
  #directories = new Directories();
  readonly #hasSyncNow: boolean;
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
    copy.#directories = this.#directories.copy();
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
    const files = this.#directories.files('names', within).map((file) => file.unflushed);
    const most = (of: 'changes' | 'bytes') => Math.max(0, ...files.map((file) => file[of]));
    return { names: this.#directories.unflushed, changes: most('changes'), bytes: most('bytes') };
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
    this.#directories.settle(unflushed);
    for (const file of this.#directories.files('names')) file.settle(unflushed);
  }

  /** Content as a process sees it. */
  content(path: string): Buffer {
    return Buffer.from(this.#directories.inode(path).content);
  }

  /** Content of every file as a power cut now would leave it. */
  durableText(): string {
    return this.#directories
      .files('durable')
      .map((file) => file.durable.toString('utf8'))
      .join('\n');
  }

  /** Puts content on the disk past all flushing, as a fault of the device or a person would. */
  tamper(path: string, change: (content: Buffer) => Buffer): void {
    this.#directories.inode(path).tamper(change(this.content(path)));
  }

  async makeDirectory(path: string): Promise<void> {
    this.#change('open', path);
    this.#directories.make(path);
  }

  async list(path: string): Promise<readonly string[]> {
    this.#look('list', path);
    return this.#directories.list(path);
  }

  async read(path: string): Promise<Buffer> {
    this.#look('read', path);
    return this.content(path);
  }

  async sizeBytes(path: string): Promise<number> {
    this.#look('read', path);
    return this.#directories.inode(path).content.length;
  }

  async open(path: string, mode: 'create' | 'modify'): Promise<DurableFile> {
    this.#change('open', path);
    if (mode === 'create') this.#directories.create(path);
    return this.#file(path, this.#directories.inode(path));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#change('rename', to);
    this.#directories.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    this.#change('remove', path);
    this.#directories.remove(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#change('sync-directory', path);
    this.#directories.flush(path);
  }

  #file(path: string, inode: Inode): DurableFile {
    const boot = this.#boot;
    const requireSameBoot = () => {
      if (boot !== this.#boot) throw errno('EBADF', path);
    };
    const sync = () => {
      requireSameBoot();
      if ((this.#fault?.('sync', path) ?? null) !== null) inode.forgetChanges();
      this.#change('sync', path);
      inode.flush();
    };
    return {
      write: async (data, position) => {
        requireSameBoot();
        const crashes = this.#willCrash();
        const fault = this.#fault?.('write', path) ?? null;
        // A disk that fills up, like a machine that stops, takes the first part of a write.
        const taken = crashes || fault === 'ENOSPC' ? data.subarray(0, data.length >> 1) : data;
        if (!this.#isCrashed && (fault === null || fault === 'ENOSPC'))
          inode.change({ position, data: Buffer.from(taken) });
        this.#change('write', path);
      },
      truncate: async (length) => {
        requireSameBoot();
        this.#change('truncate', path);
        inode.change({ length });
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
}
