/** The HTTP client against real sockets: what it sends, what it gives, and what it makes of each way to fail. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/connectors/http/http-client.ts';

const fixture = (name: string) => fileURLToPath(new URL(name, import.meta.url));
// A self-signed pair for localhost, of use to nobody but this test.
const serverPair = { key: readFileSync(fixture('server.key.pem')), cert: readFileSync(fixture('server.cert.pem')) };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return (server.address() as AddressInfo).port; // a TCP server that listens has an address object
}

function client(options: HttpClientOptions): HttpClient {
  const made = createHttpClient(options);
  open.push(made);
  return made;
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createServer(listener))}`;
const { signal } = new AbortController();
const get = { method: 'GET', path: '/people', signal } as const;

describe('what goes over the wire', () => {
  test('path below the base, query encoded, body and headers as given; answer with any status', async () => {
    const seen: unknown[] = [];
    const url = await serve(async (request, reply) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push([request.method, request.url, request.headers['x-key'], Buffer.concat(chunks).toString()]);
      reply.writeHead(418, { 'X-One': 'a', 'Set-Cookie': ['b', 'c'] }).end('short and stout');
    });

    const answer = await client({ baseUrl: `${url}/api/hr/` }).request({
      method: 'POST',
      path: '/people?a=1',
      query: { 'b c': 'd&e+f', n: 2 },
      headers: { 'x-key': 'k' },
      body: '{"ü":1}',
      signal,
    });

    expect(seen).toEqual([['POST', '/api/hr/people?a=1&b%20c=d%26e%2Bf&n=2', 'k', '{"ü":1}']]);
    expect(answer).toMatchObject({
      status: 418,
      text: 'short and stout',
      headers: { 'x-one': 'a', 'set-cookie': 'b, c' },
    });
    expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
  });

  test('a text whose characters and byte order mark arrive in pieces', async () => {
    const bytes = Buffer.from('\uFEFF{"name":"Zoë"}', 'utf8');
    const url = await serve((_, reply) => {
      const rest = [...bytes];
      const next = () => {
        const byte = rest.shift();
        if (byte === undefined) reply.end();
        else reply.write(Buffer.of(byte), next);
      };
      next();
    });

    expect((await client({ baseUrl: url }).request(get)).text).toBe('{"name":"Zoë"}');
  });

  test('a DELETE without a body states its length, which Security Center insists on', async () => {
    const lengths: (string | undefined)[] = [];
    const url = await serve((request, reply) => {
      lengths.push(request.headers['content-length']);
      reply.end();
    });
    const http = client({ baseUrl: url });

    await http.request({ ...get, method: 'DELETE', headers: { 'content-length': '0' } });
    await http.request({ ...get, method: 'DELETE' });
    await http.request({ ...get, method: 'POST', headers: { 'content-length': '0' } });
    await http.request({ ...get, method: 'DELETE', body: 'why' });
    await http.request(get);

    expect(lengths).toEqual(['0', '0', '0', '3', undefined]);
  });
});

describe('what each failure becomes', () => {
  test('nothing listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));

    const answer = client({ baseUrl: `http://127.0.0.1:${port}` }).request(get);

    await expect(answer).rejects.toMatchObject({
      code: 'SW_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('an unknown name', async () => {
    const answer = client({ baseUrl: 'http://no-such-host.invalid' }).request(get);

    await expect(answer).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test('a socket that closes before the answer, and one that closes in the middle of it', async () => {
    const url = await serve((request, reply) => {
      if (request.url === '/middle') {
        reply.writeHead(200, { 'content-length': '100' });
        reply.write('half', () => request.socket.destroy());
      } else request.socket.destroy();
    });
    const http = client({ baseUrl: url });

    await expect(http.request(get)).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    await expect(http.request({ ...get, path: '/middle' })).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test.each(['/silent', '/trickle'])('%s: an answer that is not complete in time', async (path) => {
    const url = await serve((request, reply) => {
      if (request.url === '/trickle') reply.writeHead(200).write('a little');
    });

    const answer = client({ baseUrl: url, timeoutMs: 50 }).request({ ...get, path });

    await expect(answer).rejects.toMatchObject({
      code: 'SW_TIMEOUT',
      message: expect.stringContaining('50 ms'),
    });
  });

  test('a server that takes the connection and never says a word of TLS', async () => {
    const port = await listen(createTcpServer((socket) => open.push({ close: () => socket.destroy() })));
    const http = client({ baseUrl: `https://127.0.0.1:${port}` });
    const abort = new AbortController();
    const reason = new Error('cancelled');

    const late = http.request({ ...get, timeoutMs: 50 });
    const cancelled = http.request({ ...get, signal: abort.signal });
    abort.abort(reason);

    await expect(cancelled).rejects.toBe(reason);
    await expect(late).rejects.toMatchObject({ code: 'SW_TIMEOUT', message: expect.stringContaining('50 ms') });
  });

  test('a body above the bound', async () => {
    const url = await serve((_, reply) => reply.end('x'.repeat(2_000)));

    const answer = client({ baseUrl: url, bodyBytesMax: 1_000 }).request(get);

    await expect(answer).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
  });

  test('a server that speaks no HTTP', async () => {
    const port = await listen(
      createTcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-something\r\n'))),
    );

    const answer = client({ baseUrl: `http://127.0.0.1:${port}` }).request(get);

    await expect(answer).rejects.toMatchObject({ code: 'SW_REPLY_UNEXPECTED' });
  });

  test('TLS to a port that speaks plain HTTP', async () => {
    const url = await serve((_, reply) => reply.end());

    const answer = client({ baseUrl: url.replace('http:', 'https:') }).request(get);

    await expect(answer).rejects.toMatchObject({
      code: 'SW_UNREACHABLE',
      message: expect.stringContaining('TLS'),
    });
  });

  test('a request on a closed client', async () => {
    const http = client({ baseUrl: await serve((_, reply) => reply.end()) });
    await http.close();
    await http.close();

    await expect(http.request(get)).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test('closing ends what is in flight', async () => {
    let arrived = () => {};
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const http = client({ baseUrl: await serve(() => arrived()) });
    const answer = http.request(get);
    const refused = expect(answer).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    await inFlight;

    await http.close();

    await refused;
  });
});

describe('certificates', () => {
  const serveTls = async () => listen(createTlsServer(serverPair, (_, reply) => reply.end('secret')));

  test('an unknown authority is refused with the advice to configure it', async () => {
    const answer = client({ baseUrl: `https://127.0.0.1:${await serveTls()}` }).request(get);

    await expect(answer).rejects.toMatchObject({
      code: 'SW_TLS_UNTRUSTED',
      message: expect.stringContaining('caFile'),
    });
  });

  test('a configured authority is trusted', async () => {
    const tls = { caFile: fixture('server.cert.pem') };

    const answer = await client({ baseUrl: `https://127.0.0.1:${await serveTls()}`, tls }).request(get);

    expect(answer.text).toBe('secret');
  });

  test('a certificate for another name is refused though its authority is trusted', async () => {
    const cert = readFileSync(fixture('elsewhere.cert.pem'));
    const port = await listen(createTlsServer({ ...serverPair, cert }, (_, reply) => reply.end('secret')));

    const answer = client({ baseUrl: `https://127.0.0.1:${port}`, tls: { ca: cert.toString() } }).request(get);

    await expect(answer).rejects.toMatchObject({
      code: 'SW_TLS_UNTRUSTED',
      message: expect.stringContaining('host name'),
    });
  });

  test.each(['no-such-file.pem', 'server.key.pem'])('%s is no authority: refused at once', (name) => {
    const make = () => createHttpClient({ baseUrl: 'https://127.0.0.1', tls: { caFile: fixture(name) } });

    expect(make).toThrowError(expect.objectContaining({ code: 'SW_CONFIG_UNREADABLE' }));
  });
});

describe('what never happens', () => {
  test('a message holds neither headers nor query', async () => {
    const http = client({ baseUrl: await serve((request) => request.socket.destroy()) });

    const failure: unknown = await http
      .request({ ...get, path: '/people?name=Anna', query: { search: 'Berta' }, headers: { authorization: 'hush' } })
      .catch((thrown: unknown) => thrown);

    expect(String(failure)).toContain('/people');
    expect(String(failure)).not.toMatch(/Anna|Berta|hush/);
  });

  test('an aborted request ends with the reason of its signal, before and in the middle', async () => {
    let arrivals = 0;
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const http = client({
      baseUrl: await serve(() => {
        arrivals += 1;
        abort.abort(reason);
      }),
    });

    await expect(http.request({ ...get, signal: abort.signal })).rejects.toBe(reason);
    await expect(http.request({ ...get, signal: abort.signal })).rejects.toBe(reason);

    expect(arrivals).toBe(1);
  });
});
