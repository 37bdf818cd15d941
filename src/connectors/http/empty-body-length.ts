/** Makes a DELETE without a body say so by `Content-Length: 0`. */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/**
 * A connector whose sockets complete the header of a DELETE that has no body.
 *
 * Security Center's Web SDK answers 411 to a DELETE without a length (Genetec, Web SDK, entity operations). undici leaves
 * that header out and drops the one its caller sets, because the standard does not ask for it; nothing above the socket
 * can add it.
 */
export function withEmptyBodyLength(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error !== null) return callback(error, null);
      completeHeaders(socket);
      callback(null, socket);
    });
}

function completeHeaders(socket: Socket): void {
  const write = socket.write.bind(socket) as (...parts: readonly unknown[]) => boolean; // one signature for all overloads
  socket.write = ((chunk: unknown, ...rest: readonly unknown[]) => write(completed(chunk), ...rest)) as Socket['write']; // same arguments, same answer
}

function completed(chunk: unknown): unknown {
  if (typeof chunk !== 'string' || !chunk.startsWith('DELETE ') || !chunk.endsWith('\r\n\r\n')) return chunk;
  if (/\r\n(content-length|transfer-encoding):/i.test(chunk)) return chunk;
  return `${chunk.slice(0, -2)}content-length: 0\r\n\r\n`;
}
