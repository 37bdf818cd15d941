/** The content of one file of a {@link CrashFileSystem}: what a process sees, what is on the device, and what lies between. */

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

/** Bytes of a file. Those that somebody else may hold, too, are replaced by a write; others are changed in place. */
interface Bytes {
  readonly data: Buffer;
  readonly isShared: boolean;
}

const noBytes: Bytes = { data: Buffer.alloc(0), isShared: true };

export class Inode {
  #content = noBytes;
  #durable = noBytes;
  #dirty: Change[] = [];

  /** As a process sees it. */
  get content(): Buffer {
    return this.#content.data;
  }

  /** As a power cut now would leave it when it took all that it can. */
  get durable(): Buffer {
    return this.#durable.data;
  }

  /** How many changes a power cut may take or leave, and how many bytes the newest of them has written. */
  get unflushed(): { readonly changes: number; readonly bytes: number } {
    const newest = this.#dirty.at(-1);
    return { changes: this.#dirty.length, bytes: newest && 'data' in newest ? newest.data.length : 0 };
  }

  change(made: Change): void {
    this.#content = apply(this.#content, made);
    this.#dirty.push(made);
  }

  /** Brings every change to the device. */
  flush(): void {
    this.#durable = this.#dirty.reduce(apply, this.#durable);
    this.#dirty = [];
  }

  /** As Linux does after a failed flush: the pages are clean, and no later flush writes them. */
  forgetChanges(): void {
    this.#dirty = [];
  }

  /** Replaces the content past all flushing, as a fault of the device or a person would. */
  tamper(data: Buffer): void {
    this.#content = { data, isShared: true };
    this.#durable = { data, isShared: true };
  }

  /** The machine has stopped: what is left is the content from now on. */
  settle(unflushed: Unflushed): void {
    this.#durable = shared(changesLeft(this.#dirty, unflushed).reduce(apply, this.#durable));
    this.#content = this.#durable;
    this.#dirty = [];
  }

  copy(): Inode {
    this.#content = shared(this.#content);
    this.#durable = shared(this.#durable);
    const copy = new Inode();
    copy.#content = this.#content;
    copy.#durable = this.#durable;
    copy.#dirty = [...this.#dirty];
    return copy;
  }
}

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

/** Whether the change with this number is among those that a mask of {@link Unflushed} leaves. */
export const hasBit = (mask: number, index: number) => (mask & (1 << Math.min(index, 30))) !== 0;
