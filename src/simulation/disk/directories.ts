/** The names of a {@link CrashFileSystem}: as a process sees them, and as they are on the device. */
import { basename, dirname } from 'node:path';
import { hasBit, Inode, type Unflushed } from './inode.ts';

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

export class Directories {
  readonly #directories = new Map<string, Directory>([['/', { names: new Map(), durable: new Map() }]]);
  /** Changes of names that no flush of their directory has brought to the device. */
  #namings: Naming[] = [];

  /** How many changes of names a power cut may take or leave. */
  get unflushed(): number {
    return this.#namings.length;
  }

  /** Durable at once; one that exists stays as it is. */
  make(path: string): void {
    const parent = this.#directory(dirname(path));
    if (this.#directories.has(path)) return;
    parent.names.set(basename(path), 'directory');
    parent.durable.set(basename(path), 'directory');
    this.#directories.set(path, { names: new Map(), durable: new Map() });
  }

  list(path: string): readonly string[] {
    return [...this.#directory(path).names.keys()];
  }

  /** @throws Error `ENOENT` */
  inode(path: string): Inode {
    const inode = this.#directory(dirname(path)).names.get(basename(path));
    if (inode === undefined || inode === 'directory') throw errno('ENOENT', path);
    return inode;
  }

  /** @throws Error `EEXIST` */
  create(path: string): void {
    if (this.#directory(dirname(path)).names.has(basename(path))) throw errno('EEXIST', path);
    this.#rename(dirname(path), [[basename(path), new Inode()]]);
  }

  rename(from: string, to: string): void {
    const inode = this.inode(from);
    const [taken, given] = [[basename(from), null] as const, [basename(to), inode] as const];
    if (dirname(from) === dirname(to)) this.#rename(dirname(from), [taken, given]);
    else {
      // Of two directories each may reach the device without the other.
      this.#rename(dirname(to), [given]);
      this.#rename(dirname(from), [taken]);
    }
  }

  remove(path: string): void {
    this.inode(path);
    this.#rename(dirname(path), [[basename(path), null]]);
  }

  /** Brings every change of names in the directory to the device. */
  flush(path: string): void {
    const directory = this.#directory(path);
    directory.durable = new Map(directory.names);
    this.#namings = this.#namings.filter((naming) => naming.directory !== path);
  }

  /** The machine has stopped: what is left are the names from now on. */
  settle(unflushed: Unflushed): void {
    for (const [index, { directory, edits }] of this.#namings.entries()) {
      const isThere = unflushed.kind === 'names' || (unflushed.kind === 'some' && hasBit(unflushed.names, index));
      if (isThere) edit(this.#directory(directory).durable, edits);
    }
    this.#namings = [];
    for (const directory of this.#directories.values()) directory.names = new Map(directory.durable);
  }

  /** Every file that a process can see, or, `durable`, that a power cut now would leave. */
  files(which: 'names' | 'durable', within?: string): readonly Inode[] {
    const places = [...this.#directories].filter(([path]) => within === undefined || path === within);
    const all = places.flatMap(([, directory]) => [...directory[which].values()]);
    return all.filter((file) => file !== 'directory');
  }

  copy(): Directories {
    const copy = new Directories();
    const inodes = new Map<Inode, Inode>();
    const copied = (inode: Inode): Inode => {
      const known = inodes.get(inode) ?? inode.copy();
      inodes.set(inode, known);
      return known;
    };
    const namesOf = (names: Names): Names =>
      new Map([...names].map(([name, inode]) => [name, inode === 'directory' ? inode : copied(inode)]));
    for (const [path, { names, durable }] of this.#directories)
      copy.#directories.set(path, { names: namesOf(names), durable: namesOf(durable) });
    copy.#namings = this.#namings.map(({ directory, edits }) => ({
      directory,
      edits: edits.map(([name, inode]) => [name, inode && copied(inode)] as const),
    }));
    return copy;
  }

  #rename(directory: string, edits: Naming['edits']): void {
    edit(this.#directory(directory).names, edits);
    this.#namings.push({ directory, edits });
  }

  #directory(path: string): Directory {
    const directory = this.#directories.get(path);
    if (directory === undefined) throw errno('ENOENT', path);
    return directory;
  }
}

function edit(names: Names, edits: Naming['edits']): void {
  for (const [name, inode] of edits)
    if (inode === null) names.delete(name);
    else names.set(name, inode);
}

/** An error as the operating system gives it. */
export function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
