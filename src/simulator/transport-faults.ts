/** What the transport faults do to one exchange, before and while the simulated product answers it. */
import { type Clock, pause } from '../core/clock.ts';
import type { Exchange } from './exchange.ts';
import type { FaultFields } from './fault-schema.ts';
import type { FaultBox } from './faults.ts';

/** What is left to do after the faults have had their way. */
export interface FaultVerdict {
  /** `answer`: the product answers. `refuse`: answer `status`. `done`: nothing more is to be sent. */
  readonly next: 'answer' | 'refuse' | 'done';
  readonly status: number;
  /** Kinds that hit, joined by `+`; null when none did. */
  readonly fault: string | null;
}

/** Applies `slow`, then the first of `hang`, `cut` and `status` that hits. */
export async function applyTransportFaults<F extends FaultFields>(
  faults: FaultBox<F>,
  exchange: Exchange,
  clock: Clock,
): Promise<FaultVerdict> {
  const target = { method: exchange.method, path: exchange.url };
  const slow = faults.take('slow', target);
  if (slow !== null && !(await waitWhileOpen(exchange, clock, slow.delayMs))) {
    return { next: 'done', status: 0, fault: 'slow' };
  }
  const name = (kind: string) => (slow === null ? kind : `slow+${kind}`);
  if (faults.take('hang', target) !== null) return { next: 'done', status: 0, fault: name('hang') };
  const cut = faults.take('cut', target);
  if (cut !== null) {
    if (cut.afterBytes === undefined) {
      exchange.request.destroy();
      return { next: 'done', status: 0, fault: name('cut') };
    }
    cutBodyAfter(exchange, cut.afterBytes);
    return { next: 'answer', status: 0, fault: name('cut') };
  }
  const status = faults.take('status', target);
  if (status !== null) return { next: 'refuse', status: status.status, fault: name('status') };
  return { next: 'answer', status: 0, fault: slow === null ? null : 'slow' };
}

/** False when the client went away meanwhile. */
async function waitWhileOpen(exchange: Exchange, clock: Clock, delayMs: number): Promise<boolean> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  exchange.response.once('close', abort);
  try {
    await pause(clock, delayMs, gone.signal);
    return true;
  } catch {
    return false;
  } finally {
    exchange.response.off('close', abort);
  }
}

/**
 * Lets `afterBytes` bytes of the body through and then destroys the socket. A shorter body loses its last byte, so that
 * the answer is broken in any case and never merely slow.
 */
function cutBodyAfter(exchange: Exchange, afterBytes: number): void {
  const { response } = exchange;
  const write = response.write.bind(response);
  let left = afterBytes;
  const breakOff = (part: Buffer) => {
    left = -1;
    const destroy = () => exchange.request.destroy();
    if (part.length === 0) {
      response.flushHeaders();
      // The headers are handed to the socket in this turn; they leave before the socket is destroyed in the next.
      setImmediate(destroy);
    } else write(part, destroy);
  };
  const pass = (chunk: unknown, encoding: unknown, last: boolean): void => {
    if (left < 0) return;
    const bytes = bytesOf(chunk, encoding);
    if (!last && bytes.length < left) {
      left -= bytes.length;
      write(bytes);
    } else breakOff(bytes.subarray(0, last ? Math.max(0, Math.min(left, bytes.length - 1)) : left));
  };
  // The two overloaded methods are replaced for this one response; callbacks given to them are never called, as on a
  // connection that is lost.
  response.write = ((chunk: unknown, encoding?: unknown) => {
    pass(chunk, encoding, false);
    return true;
  }) as typeof response.write;
  response.end = ((chunk?: unknown, encoding?: unknown) => {
    pass(typeof chunk === 'function' ? undefined : chunk, encoding, true);
    return response;
  }) as typeof response.end;
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (chunk === undefined || chunk === null) return Buffer.alloc(0);
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? asEncoding(encoding) : 'utf8');
  // Node accepts nothing but strings and byte arrays here, and throws on its own for anything else.
  return Buffer.from(chunk as Uint8Array);
}

const asEncoding = (name: string): BufferEncoding => (Buffer.isEncoding(name) ? name : 'utf8');
