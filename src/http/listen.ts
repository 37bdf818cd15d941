/** Starts to listen, and says plainly when it cannot. */
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../core/errors.ts';

/**
 * Listens, and answers the address as a URL.
 *
 * @throws CodedError SW_PORT_IN_USE
 */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new CodedError('SW_PORT_IN_USE', {
      doing: 'opening the HTTP interface',
      expected: `that port ${port} of ${host} is free`,
      found: 'that another program listens there',
      todo: 'Choose another one with --port, or end the other program',
      cause,
    });
  }
}
