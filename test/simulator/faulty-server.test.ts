import { afterEach, describe, expect, test } from 'vitest';
import { sendJson } from '../../src/simulator/exchange.ts';
import { FaultBox } from '../../src/simulator/faults.ts';
import { type FaultyServer, startFaultyServer } from '../../src/simulator/faulty-server.ts';
import { freshFetch } from './fresh-fetch.ts';

const open: FaultyServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const body = { text: 'x'.repeat(100) };

async function start(overrides: { port?: number; adminPort?: number; onRestart?: () => void } = {}) {
  const faults = new FaultBox();
  const server = await startFaultyServer({
    name: 'trial server',
    port: 0,
    adminPort: 0,
    faults,
    app: {
      handle: (exchange) => {
        if (exchange.path === '/broken') throw new Error('a defect');
        sendJson(exchange, 200, body);
      },
      errorReply: (status) => ({ body: { own: status } }),
    },
    ...overrides,
  });
  open.push(server);
  return { server, faults };
}

const send = (method: string, url: string, json?: unknown) =>
  freshFetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });

describe('transport faults', () => {
  test('cut breaks the connection without an answer', async () => {
    const { server, faults } = await start();
    faults.add({ kind: 'cut', times: 1 });

    await expect(freshFetch(server.url)).rejects.toThrow();

    expect(await (await freshFetch(server.url)).json()).toEqual(body);
  });

  test.each([0, 20, 5000])('cut after %i bytes sends the headers and never a whole body', async (afterBytes) => {
    const { server, faults } = await start();
    faults.add({ kind: 'cut', afterBytes });

    const reply = await freshFetch(server.url);

    expect(reply.status).toBe(200);
    const chunks: number[] = [];
    const read = async () => {
      for await (const chunk of reply.body ?? []) chunks.push(chunk.length);
    };
    await expect(read()).rejects.toThrow();
    const received = chunks.reduce((sum, length) => sum + length, 0);
    expect(received).toBe(Math.min(afterBytes, JSON.stringify(body).length - 1));
  });

  test('hang takes the request and never answers', async () => {
    const { server, faults } = await start();
    faults.add({ kind: 'hang' });

    await expect(freshFetch(server.url, { signal: AbortSignal.timeout(150) })).rejects.toThrow(/time/i);

    expect(faults.list()[0]).toMatchObject({ hits: 1 });
  });

  test('slow delays the answer by the given time', async () => {
    const { server, faults } = await start();
    faults.add({ kind: 'slow', delayMs: 60 });
    const startedAt = performance.now();

    const reply = await freshFetch(server.url);

    expect(reply.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
  });

  test('status answers in the shape of the product', async () => {
    const { server, faults } = await start();
    faults.add({ kind: 'status', status: 503, match: { method: 'get', path: '/ONLY' } });

    const hit = await freshFetch(`${server.url}/only?x=1`);
    const other = await freshFetch(`${server.url}/other`);

    expect([hit.status, await hit.json()]).toEqual([503, { own: 503 }]);
    expect(other.status).toBe(200);
  });

  test('refuse closes the listener and its sockets until it is removed, and the port stays the same', async () => {
    const { server } = await start();
    await (await freshFetch(server.url)).arrayBuffer();

    await send('POST', `${server.adminUrl}/faults`, { kind: 'refuse', id: 'gone' });
    await expect(freshFetch(server.url)).rejects.toThrow();
    const removed = await send('DELETE', `${server.adminUrl}/faults/gone`);

    expect(removed.status).toBe(204);
    expect((await freshFetch(server.url)).status).toBe(200);
  });
});

describe('admin', () => {
  test('refuses an unknown fault and says which kinds there are', async () => {
    const { server } = await start();

    const reply = await send('POST', `${server.adminUrl}/faults`, { kind: 'melt' });

    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ code: 'SW_USAGE', message: expect.stringMatching(/cut.*hang.*refuse/) });
  });

  test('refuses a body that is not JSON and an id that does not exist', async () => {
    const { server } = await start();

    const bad = await freshFetch(`${server.adminUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    const missing = await send('DELETE', `${server.adminUrl}/faults/none`);

    expect([bad.status, missing.status]).toEqual([400, 404]);
  });

  test('restart drops sockets, calls the hook, and listens again', async () => {
    let restarts = 0;
    const { server, faults } = await start({
      onRestart: () => {
        restarts += 1;
      },
    });
    faults.add({ kind: 'hang', times: 1 });
    const hanging = expect(freshFetch(server.url)).rejects.toThrow();
    await expect.poll(() => faults.list()[0]?.hits).toBe(1);

    const reply = await send('POST', `${server.adminUrl}/restart`);

    expect(reply.status).toBe(204);
    await hanging;
    expect(restarts).toBe(1);
    expect((await freshFetch(server.url)).status).toBe(200);
  });

  test('stays away for the time that a restart takes', async () => {
    const { server } = await start();

    await send('POST', `${server.adminUrl}/restart`, { downMs: 300 });

    await expect(freshFetch(server.url)).rejects.toThrow();
    await expect
      .poll(() =>
        freshFetch(server.url).then(
          (reply) => reply.status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  test('logs each request with its end, and counts by route', async () => {
    const { server, faults } = await start();
    await (await freshFetch(`${server.url}/a?b=1`)).arrayBuffer();
    faults.add({ kind: 'cut' });
    await freshFetch(`${server.url}/a`).catch(() => {});
    faults.clear();

    await expect.poll(() => server.log.counters().total).toBe(2);
    const reply = await (await freshFetch(`${server.adminUrl}/log?after=0`)).json();
    const later = await (await freshFetch(`${server.adminUrl}/log?after=1&limit=10`)).json();

    expect(reply).toMatchObject({
      next: 2,
      entries: [
        { seq: 1, method: 'GET', path: '/a?b=1', status: 200, complete: true, fault: null },
        { seq: 2, path: '/a', status: 0, complete: false, fault: 'cut' },
      ],
      counters: { total: 2, byRoute: { 'GET /a': 2 }, byStatus: { 200: 1, 0: 1 } },
    });
    expect(later).toMatchObject({ entries: [{ seq: 2 }] });
    await send('DELETE', `${server.adminUrl}/log`);
    expect(await (await freshFetch(`${server.adminUrl}/stats`)).json()).toMatchObject({ requests: { total: 0 } });
  });
});

test('what the simulator throws itself is answered as 500 and kept in the log', async () => {
  const { server } = await start();

  const reply = await freshFetch(`${server.url}/broken`);

  expect([reply.status, await reply.json()]).toEqual([500, { own: 500 }]);
  await expect.poll(() => server.log.after(0, 10)).toMatchObject([{ status: 500, defect: 'a defect' }]);
});

test('a taken port is named in a coded error, for both listeners', async () => {
  const { server } = await start();
  const port = Number(new URL(server.url).port);

  await expect(start({ port })).rejects.toMatchObject({ code: 'SW_PORT_IN_USE' });
  await expect(start({ adminPort: port })).rejects.toMatchObject({ code: 'SW_PORT_IN_USE' });
});
