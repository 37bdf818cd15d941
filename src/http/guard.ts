/** What is refused before any route: foreign host names on loopback, and changes that a form could send. */
import type { FastifyInstance } from 'fastify';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/**
 * On loopback only loopback names are taken, so that a page elsewhere cannot reach in by a name that resolves here
 * (DNS rebinding). A request that changes something must be JSON, which a form of another origin cannot send.
 */
export function guardRequests(app: FastifyInstance, host: string): void {
  const isLocal = loopback.test(host) || host === '::1';
  app.addHook('onRequest', async (request, reply) => {
    if (isLocal && !loopback.test(request.headers.host ?? '')) {
      const message = `This supervisor listens on ${host} and answers to loopback names only, not to "${request.headers.host}".`;
      return reply.code(421).send({ code: 'SW_USAGE', message });
    }
    const changes = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
    if (changes && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      const message = 'A request that changes something must have the content type application/json.';
      return reply.code(415).send({ code: 'SW_USAGE', message });
    }
    return undefined;
  });
}
