/** The child process of the kill test as its parent handles it: started early, set to work, killed, and heard to the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Line } from './kill-child.ts';

export class KilledProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #onLine: (line: Line) => void;
  readonly #heard: Promise<void>;
  #lines = 0;
  #killAtLine = Number.POSITIVE_INFINITY;

  /** Starts the process; it does nothing yet. */
  constructor(program: string, directory: string, onLine: (line: Line) => void) {
    this.#onLine = onLine;
    this.#child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#closed = once(this.#child, 'close');
    this.#heard = this.#hear();
  }

  /** Lets it work until it has told so many lines, or until so many milliseconds are over; resolves when it is dead. */
  async workUntilKilled(limit: { readonly lines: number } | { readonly ms: number }): Promise<void> {
    if ('lines' in limit) this.#killAtLine = limit.lines;
    this.#child.stdin?.write('work\n');
    const timer = 'ms' in limit ? setTimeout(() => this.kill(), limit.ms) : undefined;
    await this.#end();
    clearTimeout(timer);
    if (this.#child.signalCode !== 'SIGKILL') throw new Error(`It ended by itself, with ${this.#child.exitCode}.`);
  }

  /** Lets it finish what is open; resolves when it has ended by itself. */
  async rest(): Promise<void> {
    this.#child.stdin?.write('rest\n');
    await this.#end();
    if (this.#child.exitCode !== 0) throw new Error(`It ended with ${this.#child.exitCode}.`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #end(): Promise<void> {
    await this.#closed;
    await this.#heard;
  }

  async #hear(): Promise<void> {
    if (!this.#child.stdout) return;
    for await (const text of createInterface(this.#child.stdout)) {
      this.#onLine(JSON.parse(text) as Line); // written by kill-child.ts in this form, each with one system call
      this.#lines += 1;
      if (this.#lines === this.#killAtLine) this.kill();
    }
  }
}
