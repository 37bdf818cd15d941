/**
 * Who is working on which record and entity: pages are applied side by side, and a row that is shown on two of them, or
 * an entity that two records yield, must not be created twice.
 *
 * Whoever comes later waits for all who hold one of its names. A claim is registered before its holder waits, so that
 * everybody waits for earlier ones only: there is no deadlock.
 */
export class Claims {
  /** Entities of which it is not known whether a write of this process has happened: to be looked for before the next one. */
  readonly doubts = new Set<string>();
  readonly #holders = new Map<string, Promise<void>>();

  /** How many names are claimed. */
  get size(): number {
    return this.#holders.size;
  }

  /** Whether somebody works on it now. */
  has(name: string): boolean {
    return this.#holders.has(name);
  }

  /**
   * Does the work when nobody else works on the names any more, and keeps them until it has ended, well or not.
   *
   * @param only waited for, not claimed: what the work will read and others may be writing.
   */
  async during<T>(names: readonly string[], work: () => Promise<T>, only: readonly string[] = []): Promise<T> {
    const earlier = new Set([...names, ...only].flatMap((name) => this.#holders.get(name) ?? []));
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const name of names) this.#holders.set(name, held);
    try {
      await Promise.all(earlier);
      return await work();
    } finally {
      for (const name of names) if (this.#holders.get(name) === held) this.#holders.delete(name);
      release();
    }
  }
}
