import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RemedyUse } from '../../src/remedies/remedy.ts';
import { createWebhookRemedy, webhookOptionsSchema } from '../../src/remedies/webhook.ts';

const use: RemedyUse = {
  integration: 'hq',
  rung: 'restart-proxy',
  idempotencyKey: 'hq:12.0',
  fencingToken: 3,
  startedAt: 1_000,
  signal: new AbortController().signal,
};
let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function remedy(more: object = {}) {
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return createWebhookRemedy(
    webhookOptionsSchema.parse({ kind: 'webhook', url: `${url}/restart`, statusUrl: `${url}/status`, ...more }),
  );
}

describe('a webhook remedy', () => {
  test('posts who asks, with a key to do it once and a token to refuse the past', async () => {
    const seen: unknown[] = [];
    handle = async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      seen.push(request.method, request.headers['idempotency-key'], request.headers.authorization, body);
      response.end('{}');
    };

    await remedy({ token: 'secret' }).act(use);

    const body = { integration: 'hq', rung: 'restart-proxy', idempotencyKey: 'hq:12.0', fencingToken: 3 };
    expect(seen).toEqual(['POST', 'hq:12.0', 'Bearer secret', body]);
  });

  test.each([
    [
      'refuses',
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(500).end('disk full'),
      'disk full',
    ],
    ['never answers', () => {}, 'timeout'],
  ])('fails when the endpoint %s, without telling the token', async (_, handler, found) => {
    handle = handler;
    const failed = remedy({ token: 'secret', timeoutMs: 300 }).act(use);

    await expect(failed).rejects.toMatchObject({ code: 'SW_REMEDY_FAILED', message: expect.stringContaining(found) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  test.each([
    [200, '{"startedAt":1500}', true],
    [200, '{"startedAt":500}', false],
    [200, 'up', null],
    [503, '{"startedAt":1500}', null],
  ])('a status of %i with %s says whether the restart was done', async (status, text, done) => {
    handle = (_, response) => void response.writeHead(status).end(text);

    expect(await remedy().wasDone(use)).toBe(done);
  });
});
