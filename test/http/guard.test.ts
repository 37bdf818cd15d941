/** Requests that a page elsewhere could cause: rebinding of names, and forms. */
import { describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/http/api.ts';
import { openStation } from './station.ts';

const refresh = { method: 'POST', url: '/api/v1/integrations/hq/refresh' } as const;

describe('host names', () => {
  test.each(['localhost', 'LOCALHOST:4780', '127.0.0.1:4780', '127.4.5.6', '[::1]:4780'])(
    'of loopback are served: %s',
    async (host) => {
      const { app } = await openStation();

      expect((await app.inject({ url: '/livez', headers: { host } })).statusCode).toBe(200);
    },
  );

  test.each(['evil.example', 'evil.example:4780', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.7'])(
    'of others are refused on loopback: %s',
    async (host) => {
      const { app } = await openStation();

      const answers = [
        await app.inject({ url: '/api/v1/integrations', headers: { host } }),
        await app.inject({ ...refresh, headers: { host, 'content-type': 'application/json' }, payload: {} }),
      ];

      for (const answer of answers) {
        expect(answer.statusCode).toBe(421);
        expect(problemSchema.parse(answer.json()).message).toContain('loopback');
      }
    },
  );

  test('are all served when the whole network is meant', async () => {
    const { app } = await openStation({ host: '0.0.0.0' });

    expect((await app.inject({ url: '/livez', headers: { host: 'supervisor.example' } })).statusCode).toBe(200);
  });
});

describe('changes', () => {
  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['something that only begins like JSON', { 'content-type': 'application/jsonish' }],
    ['nothing', {}],
    ['nothing, from another site', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' }],
    ['nothing, from another port', { 'sec-fetch-site': 'same-site' }],
    ['nothing, from another origin', { origin: 'http://evil.example' }],
    ['nothing, from a file', { origin: 'null' }],
  ])('are refused from %s', async (_, headers) => {
    const { app, runtime } = await openStation();
    const before = runtime.lastSeq();

    const answer = await app.inject({ ...refresh, headers });

    expect(answer.statusCode).toBe(415);
    expect(problemSchema.parse(answer.json()).message).toContain('content-type: application/json');
    expect(runtime.lastSeq()).toBe(before);
  });

  test.each([
    ['JSON', { 'content-type': 'application/json; charset=utf-8' }],
    ['our own pages, as the browser says', { 'sec-fetch-site': 'same-origin' }],
    ['our own pages, by their origin', { host: 'localhost:4780', origin: 'http://localhost:4780' }],
  ])('are taken as %s', async (_, headers) => {
    const { app } = await openStation();

    expect((await app.inject({ ...refresh, headers })).statusCode).toBe(202);
  });

  test('of our own pages still must not be forms', async () => {
    const { app } = await openStation();
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' };

    const answer = await app.inject({ ...refresh, headers, payload: '{}' });

    expect(answer.statusCode).toBe(415);
  });

  test('are never allowed to other origins by a preflight', async () => {
    const { app } = await openStation();
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'DELETE' };

    const answer = await app.inject({ method: 'OPTIONS', url: '/api/v1/integrations/hq/holds/x', headers });

    expect(answer.statusCode).toBe(404);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});
