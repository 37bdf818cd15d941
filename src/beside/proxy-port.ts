/** Whether the proxy's port accepts connections, and if not, what was seen. Nothing is said over it: its protocol is private. */
import { connect } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { ProxyAddress } from './options.ts';

export type PortSeen = { readonly open: true } | { readonly open: false; readonly words: string };

/** Opens a TCP connection and closes it at once. Throws only when the signal aborts. */
export function probePort(
  { host, port }: ProxyAddress,
  { timeoutMs, clock, signal }: { readonly timeoutMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<PortSeen> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host, port });
    const finish = (end: () => void) => {
      cancel();
      signal.removeEventListener('abort', abort);
      socket.destroy();
      end();
    };
    const seen = (answer: PortSeen) => finish(() => resolve(answer));
    const abort = () => finish(() => reject(signal.reason));
    const cancel = clock.schedule(timeoutMs, () => seen({ open: false, words: `no answer in ${timeoutMs} ms` }));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => seen({ open: true }));
    socket.on('error', (error: NodeJS.ErrnoException) => seen({ open: false, words: error.code ?? error.message }));
  });
}
