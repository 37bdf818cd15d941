/** One request over a pool and the whole of its answer, without a stream in between: what most answers are too short for. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** An answer whose body has come to its end. */
export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request that is under way. */
export interface Exchange {
  /** Rejects with what undici reports, or with the reason of {@link Exchange.abort}. */
  readonly answer: Promise<Exchanged>;
  /** Ends it now, wherever it is: waiting for a connection, or in the middle of the body. Without effect at its end. */
  abort(reason: Error): void;
}

/** Sends the request. The pool bounds the size of the body. */
export function exchange(pool: Dispatcher, options: Dispatcher.DispatchOptions): Exchange {
  const collector = new Collector();
  pool.dispatch(options, collector);
  return collector;
}

class Collector implements Exchange, Dispatcher.DispatchHandler {
  readonly answer: Promise<Exchanged>;
  #resolve!: (answer: Exchanged) => void;
  #reject!: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #aborted: Error | null = null;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abort(reason: Error): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#aborted !== null) controller.abort(this.#aborted);
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, headers: this.#headers, text: textOf(this.#chunks) });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

/** A byte order mark is no part of a text. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', isMarked ? 3 : 0);
}
