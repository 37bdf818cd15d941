/** What is refused before any route: foreign host names on loopback, and changes that a page elsewhere could cause. */
import type { FastifyRequest } from 'fastify';
import type { App } from './app-options.ts';

const loopbackName = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/**
 * On loopback only loopback names and the configured one are taken, so that a page elsewhere cannot reach in by a name
 * of its own that resolves here (DNS rebinding).
 *
 * A POST must be JSON, which a page of another origin cannot send without asking first, and nothing here grants that;
 * or it comes from our own pages, which the browser itself vouches for. A DELETE always has to be asked for first.
 */
export function guardRequests(app: App, host: string): void {
  const isLocal = loopbackName.test(host);
  app.addHook('onRequest', async (request, reply) => {
    const name = hostName(request);
    if (isLocal && !loopbackName.test(name) && name.toLowerCase() !== host.toLowerCase()) {
      const message = `This supervisor listens on ${host} and answers to loopback names only, not to "${name.slice(0, 100)}". Use http://127.0.0.1 or http://localhost with its port.`;
      return reply.code(421).send({ code: 'SW_USAGE', message });
    }
    if (request.method === 'POST' && !isJson(request) && !isOurPage(request)) {
      const message = 'A request that changes something must have the header "content-type: application/json".';
      return reply.code(415).send({ code: 'SW_USAGE', message });
    }
    return undefined;
  });
}

/** The Host header without its port; empty when there is none. */
function hostName({ headers }: FastifyRequest): string {
  return (headers.host ?? '').replace(/:\d*$/, '');
}

function isJson({ headers }: FastifyRequest): boolean {
  return /^application\/json(\s*;|\s*$)/i.test(headers['content-type'] ?? '');
}

/** Scripts cannot set these headers: the browser does. Where it does not know the first, it sends the second. */
function isOurPage({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
