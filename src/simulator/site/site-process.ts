/** One process of a simulated site: really started, really killed, and asked for its address when it is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';

const readySchema = z.looseObject({ kind: z.literal('ready'), url: z.string(), adminUrl: z.string().optional() });
const errorSchema = z.looseObject({ kind: z.literal('error'), code: z.string(), message: z.string() });

/** What a process says when it is ready. */
export type Ready = z.infer<typeof readySchema>;

export interface SiteProcessOptions {
  readonly name: string;
  /** Arguments of Node.js: the command line program and its own arguments. */
  readonly argv: readonly string[];
  /** Hears every line that the process writes to stderr. */
  readonly onTalk?: (line: string) => void;
  /** @default 60_000 */
  readonly readyMsMax?: number;
}

/** How long a process may take to end by itself before it is killed. */
const endMsMax = 8_000;

export class SiteProcess {
  readonly name: string;
  /** How often it was started. */
  starts = 0;
  /** Since when it runs, epoch milliseconds; null while it does not. */
  startedAt: number | null = null;
  /** Address of its back door, as it last said it; null for one that has none. */
  adminUrl: string | null = null;
  readonly #options: SiteProcessOptions;
  #child: ChildProcess | null = null;

  constructor(options: SiteProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves when the process says that it is ready. */
  async start(): Promise<Ready> {
    const child = spawn(process.execPath, [...this.#options.argv], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.starts += 1;
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = null;
      this.startedAt = null;
    });
    if (child.stderr) createInterface(child.stderr).on('line', (line) => this.#options.onTalk?.(line));
    const ready = await this.#untilReady(child);
    this.startedAt = Date.now();
    this.adminUrl = ready.adminUrl ?? null;
    return ready;
  }

  /** Sends a signal and, when it ends the process, waits for that. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended;
  }

  /** Ends the process: politely, then not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), endMsMax);
    await this.kill('SIGTERM');
    clearTimeout(timer);
  }

  #untilReady(child: ChildProcess): Promise<Ready> {
    const { name, readyMsMax = 60_000 } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(notReady(name, `nothing within ${readyMsMax} ms`)), readyMsMax);
      const finish = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      child.once('exit', (code, signal) => finish(() => reject(notReady(name, `its end (${signal ?? code})`))));
      child.once('error', (error) => finish(() => reject(notReady(name, error.message))));
      if (!child.stdout) return;
      createInterface(child.stdout).on('line', (line) => {
        const said = parse(line);
        const ready = readySchema.safeParse(said);
        if (ready.success) return finish(() => resolve(ready.data));
        const error = errorSchema.safeParse(said);
        if (error.success) finish(() => reject(notReady(name, error.data.message)));
      });
    });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function notReady(name: string, found: string): CodedError {
  return new CodedError('SW_UNREACHABLE', {
    doing: `starting ${name}`,
    expected: 'that it says it is ready',
    found,
    todo: 'Look at what it wrote to stderr',
  });
}
