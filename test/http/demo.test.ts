/** The fault panel: forwarded to the simulated site, absent on a real one, and never more trusted than anything else. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStation } from './station.ts';

/** A control server of the site's shape, on a free port. */
async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

const fault = { id: 'cut', title: 'Cut the connection', description: 'It is cut.', active: false, oneShot: false };
const post = (id: string, payload: object) => ({ method: 'POST', url: `/api/v1/demo/faults/${id}`, payload }) as const;

describe('the demo', () => {
  test('is not there on a real site', async () => {
    const { app } = await openStation();

    expect((await app.inject('/api/v1/demo')).statusCode).toBe(404);
    expect((await app.inject(post('cut', { active: true }))).statusCode).toBe(404);
  });

  test('lists the faults of the site and switches them', async () => {
    const asked: string[] = [];
    const controlUrl = await listening(async (request, response) => {
      let body = '';
      for await (const text of request) body += text;
      asked.push(`${request.method} ${request.url} ${body}`);
      const answer = request.method === 'GET' ? { title: 'Site', faults: [fault] } : { id: 'cut', active: true };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    const { app } = await openStation({ demo: { controlUrl } });

    expect((await app.inject('/api/v1/demo')).json()).toEqual({ title: 'Site', faults: [fault] });
    expect((await app.inject(post('cut', { active: true }))).json()).toEqual({ id: 'cut', active: true });

    expect(asked).toEqual(['GET /api/v1/demo ', 'POST /api/v1/demo/faults/cut {"active":true}']);
  });

  test('asks for no path but its own', async () => {
    const { app } = await openStation({ demo: { controlUrl: 'http://127.0.0.1:9' } });

    expect((await app.inject(post('..%2f..%2fservices', { active: true }))).statusCode).toBe(400);
    expect((await app.inject(post('cut', { active: 'yes' }))).statusCode).toBe(400);
  });

  test('says that a fault is unknown', async () => {
    const controlUrl = await listening((_, response) => void response.writeHead(404).end('{}'));
    const { app } = await openStation({ demo: { controlUrl } });

    const answer = await app.inject(post('none', { active: true }));

    expect(answer.statusCode).toBe(404);
    expect(answer.json().message).toContain('none');
  });

  test.each([
    ['is no JSON', 'oops'],
    ['has another shape', '{"faults":[]}'],
    ['is endless', `{"title":"${'x'.repeat(400_000)}","faults":[]}`],
  ])('answers 502 when what the site says %s', async (_, body) => {
    const controlUrl = await listening((_request, response) => void response.end(body));
    const { app } = await openStation({ demo: { controlUrl } });

    expect((await app.inject('/api/v1/demo')).statusCode).toBe(502);
  });

  test('answers 502 when the site is gone', async () => {
    const controlUrl = await listening((request) => void request.destroy());
    const { app } = await openStation({ demo: { controlUrl } });

    expect((await app.inject('/api/v1/demo')).json()).toMatchObject({ code: 'SW_UNREACHABLE' });
  });
});
