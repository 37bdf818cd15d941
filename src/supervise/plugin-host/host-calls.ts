/** The calls that a supervisor has open with one host process: numbered, bounded in time, answered once. */
import type { z } from 'zod';
import { CodedError, type ErrorCode, errorTable } from '../../core/errors.ts';
import type { RunReport } from '../../sync/run-result.ts';
import type { Difference } from './on-demand.ts';
import { answerSchemas, type Message, type Order, type Request } from './protocol.ts';

interface Call {
  readonly request: Request;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly report: ((report: RunReport) => void) | undefined;
  readonly part: TakePart | undefined;
  readonly finish: () => void;
}

/** Takes a part of an answer; `more` lets the host send one more, once this one is used up. */
export type TakePart = (part: readonly Difference[], more: () => void) => void;

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Longest wait for the answer; without it the call lasts until it is answered or aborted. */
  readonly msMax?: number;
  readonly report?: (report: RunReport) => void;
  readonly part?: TakePart;
}

export class HostCalls {
  readonly #open = new Map<number, Call>();
  readonly #send: (order: Order) => boolean;
  #last = 0;

  /** `send` answers false when there is no channel to send on. */
  constructor(send: (order: Order) => boolean) {
    this.#send = send;
  }

  ask<R extends Request>(request: R, options: AskOptions): Promise<z.infer<(typeof answerSchemas)[R['kind']]>> {
    const { signal, msMax, report, part } = options;
    const call = ++this.#last;
    const answered = new Promise<unknown>((resolve, reject) => {
      const abort = () => {
        this.#send({ kind: 'abort', call });
        this.#settle(call)?.reject(signal.reason);
      };
      const timer = msMax === undefined ? undefined : setTimeout(() => this.#late(call, msMax), msMax);
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      this.#open.set(call, { request, resolve, reject, report, part, finish });
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      // The request's members and the call number are exactly those of the order of the same kind.
      if (!this.#send({ ...request, call } as unknown as Order))
        this.#settle(call)?.reject(stopped(request, 'it is not running'));
    });
    return answered.then((value) => parseAnswer(request, value));
  }

  take(message: Exclude<Message, { kind: 'heartbeat' }>): void {
    if (message.kind === 'report') {
      this.#open.get(message.call)?.report?.(message.report);
      return;
    }
    if (message.kind === 'part') {
      const { call, part } = message;
      this.#open.get(call)?.part?.(part, () => this.#send({ kind: 'more', call }));
      return;
    }
    const call = this.#settle(message.call);
    if (message.kind === 'answer') call?.resolve(message.value);
    else call?.reject(revived(message.error));
  }

  /** The host is gone: every open call fails. */
  failAll(found: string): void {
    for (const [call, { request }] of [...this.#open]) this.#settle(call)?.reject(stopped(request, found));
  }

  #late(call: number, msMax: number): void {
    const open = this.#settle(call);
    open?.reject(
      new CodedError('SW_PLUGIN_UNRESPONSIVE', {
        doing: doingOf(open.request),
        expected: `an answer within ${msMax} ms`,
        found: 'none',
        todo: 'The ladder restarts the plugin; look in its log for what it waits for',
      }),
    );
  }

  #settle(call: number): Call | undefined {
    const open = this.#open.get(call);
    this.#open.delete(call);
    open?.finish();
    return open;
  }
}

const doingOf = (request: Request) => `asking the plugin of "${request.integration}" to ${request.kind}`;

function stopped(request: Request, found: string): CodedError {
  const todo = 'The ladder restarts the plugin; look in its log why it ended';
  return new CodedError('SW_PLUGIN_STOPPED', {
    doing: doingOf(request),
    expected: 'a running plugin host',
    found,
    todo,
  });
}

function parseAnswer<R extends Request>(request: R, value: unknown): z.infer<(typeof answerSchemas)[R['kind']]> {
  const parsed = answerSchemas[request.kind].safeParse(value);
  // The schema was picked by the very kind that types the answer.
  if (parsed.success) return parsed.data as z.infer<(typeof answerSchemas)[R['kind']]>;
  throw new CodedError('SW_REPLY_UNEXPECTED', {
    doing: doingOf(request),
    expected: 'an answer of the protocol of plugin hosts',
    found: parsed.error.message.slice(0, 300),
    todo: 'Restart the supervisor, so that it and its hosts are of one version',
  });
}

/** An error that crossed the process boundary: its message is whole already. */
function revived({ code, message }: { code: string; message: string }): Error {
  const known = (code in errorTable ? code : 'SW_INTERNAL') as ErrorCode;
  return CodedError.revive(known, message);
}
