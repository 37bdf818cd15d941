/** Whether anything accepts connections at an address: the plainest evidence there is, free of sessions and licences. */
import { connect } from 'node:net';

/** Opens and closes a TCP connection to the host and port of a URL; false when refused, unreachable or too late. */
export function isReachable(url: string, timeoutMs: number): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const finish = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
