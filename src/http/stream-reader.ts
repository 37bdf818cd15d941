/** One reader of the event stream: gets what it missed, then what happens, and is dropped when it cannot keep up. */
import { PassThrough } from 'node:stream';
import type { Commit, Runtime } from '../runtime/index.ts';
import type { Message } from './stream-messages.ts';

export interface ReaderOptions {
  readonly backlogBytesMax: number;
  readonly replayStepsMax: number;
  /** Whether this reader asked for an integration. */
  readonly wants: (integration: string) => boolean;
}

/** Steps read from history at once. */
const readAtOnce = 100;
/** Most steps that may be committed while older ones are still made up for. */
const waitingMax = 5_000;

export class StreamReader {
  /** What the reader reads: ends with it, and may be destroyed from either side. */
  readonly output = new PassThrough();
  readonly #options: ReaderOptions;
  /** Steps committed during the replay: told after it, so that the reader's last id is always all it has seen. */
  #waiting: Message[] | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** A comment or control line, never held back. */
  write(text: string): void {
    if (this.output.destroyed) return;
    const { backlogBytesMax } = this.#options;
    if (this.output.writableLength + this.output.readableLength > backlogBytesMax) this.output.destroy();
    else this.output.write(text);
  }

  take(message: Message): void {
    if (!this.#options.wants(message.integration)) return;
    if (message.seq === null || this.#waiting === null) this.write(message.text);
    else if (this.#waiting.length >= waitingMax) this.output.destroy();
    else this.#waiting.push(message);
  }

  /**
   * Tells the steps after `lastSeen`, then what came meanwhile. What lies too far back is told as a gap, for which the
   * history of the integration is there.
   */
  async replay(runtime: Runtime, lastSeen: number, say: (commit: Commit) => Message | null): Promise<void> {
    this.#waiting = [];
    const lastSeq = runtime.lastSeq();
    // A number from the future is one of another data directory: nothing is made up for.
    const from = Math.min(lastSeen, lastSeq);
    let cursor = Math.max(from, lastSeq - this.#options.replayStepsMax);
    if (cursor > from) this.write(`event: gap\ndata: ${JSON.stringify({ after: from, before: cursor + 1 })}\n\n`);
    while (cursor < lastSeq && !this.output.destroyed) {
      const commits = await runtime.history({ afterSeq: cursor, limit: readAtOnce });
      if (commits.length === 0) break;
      for (const commit of commits) {
        cursor = commit.seq;
        const message = this.#options.wants(commit.key) ? say(commit) : null;
        if (message) await this.#writeWhenReady(message.text);
      }
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const message of waiting) if ((message.seq ?? 0) > cursor) this.write(message.text);
  }

  /** The replay goes at the pace of the reader; only what happens now can overrun it. */
  async #writeWhenReady(text: string): Promise<void> {
    const { output } = this;
    if (output.destroyed || output.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        output.off('drain', done);
        output.off('close', done);
        resolve();
      };
      output.once('drain', done);
      output.once('close', done);
    });
  }
}
