/** A real server that can do only so much at once and says so, for the tests of connectors. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BusyServer {
  readonly url: string;
  /** Requests that came, in order, and how many were in flight then, each included. */
  readonly arrivals: readonly { readonly route: string; readonly inFlight: number; readonly refused: boolean }[];
  /** Refuses the next request with 503 and this header, whatever is in flight. */
  refuseNext(retryAfter: string): void;
  close(): Promise<void>;
}

/** How long the server works on a request, milliseconds: long enough for others to come meanwhile. */
const workMs = 4;

/** Answers 503 at once to whatever comes while `capacity` requests are in flight; else what `reply` gives, as JSON. */
export async function startBusyServer(
  capacity: number,
  reply: (route: string, request: IncomingMessage) => unknown,
): Promise<BusyServer> {
  const arrivals: BusyServer['arrivals'][number][] = [];
  let inFlight = 0;
  let retryAfter: string | null = null;
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.split('?', 1)[0]}`;
    const refused = inFlight >= capacity || retryAfter !== null;
    inFlight += 1;
    arrivals.push({ route, inFlight, refused });
    const end = (status: number, headers: Record<string, string>, body: string) => {
      inFlight -= 1;
      response.writeHead(status, headers).end(body);
    };
    if (refused) {
      end(503, retryAfter === null ? {} : { 'retry-after': retryAfter }, 'busy');
      retryAfter = null;
    } else setTimeout(() => end(200, {}, JSON.stringify(reply(route, request))), workMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens has an address object
    arrivals,
    refuseNext: (header) => {
      retryAfter = header;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
