/** The file operations of one process that can be killed: what is under way is finished, and nothing is begun after. */
import type { DurableFile, FileSystem } from '../../../src/store/durable-file.ts';

const never = new Promise<never>(() => {});

export class MortalFiles {
  /** The operations as the process sees them. */
  readonly fileSystem: FileSystem;
  #underWay = 0;
  #isDead = false;
  #whenQuiet: (() => void) | null = null;
  readonly #open = new Set<DurableFile>();

  constructor(real: FileSystem) {
    this.fileSystem = this.#guarded(real);
  }

  /** Operations that the system has not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Resolves when the system has finished what the process had asked of it, and has closed its files. */
  async kill(): Promise<void> {
    this.#isDead = true;
    if (this.#underWay > 0)
      await new Promise<void>((resolve) => {
        this.#whenQuiet = resolve;
      });
    await Promise.all([...this.#open].map((file) => file.close()));
  }

  /** Every method of a file system or file, whatever the interface has: a dead process gets no answer any more. */
  #guarded<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: readonly unknown[]) => {
          if (this.#isDead) return never;
          const answer: unknown = method.apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          if (name === 'close') this.#open.delete(target as unknown as DurableFile); // only files have a close
          return this.#follow(answer);
        };
      },
    });
  }

  async #follow(answer: Promise<unknown>): Promise<unknown> {
    this.#underWay += 1;
    const [settled] = await Promise.allSettled([answer]);
    const file = settled.status === 'fulfilled' && isFile(settled.value) ? settled.value : null;
    if (file) this.#open.add(file);
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#whenQuiet?.();
    if (this.#isDead) return never;
    if (settled.status === 'rejected') throw settled.reason;
    return file ? this.#guarded(file) : settled.value;
  }
}

function isFile(result: unknown): result is DurableFile {
  return typeof result === 'object' && result !== null && 'sync' in result && typeof result.sync === 'function';
}
