/** Starts to listen, and says plainly when it cannot. */

import { CodedError } from '../core/errors.ts';
import type { App } from './app-options.ts';

/**
 * Listens, and answers the address as a URL. Port 0 takes a free one.
 *
 * @throws CodedError SW_PORT_IN_USE
 */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause; // any other error is thrown as it is
    throw new CodedError('SW_PORT_IN_USE', {
      doing: 'opening the HTTP interface',
      expected: `that port ${port} of ${host} is free`,
      found: 'that another program listens there',
      todo: 'Choose another one with --port, or end the other program',
      cause,
    });
  }
}
