import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RemedyUse } from '../../src/remedies/remedy.ts';
import { createWebhookRemedy } from '../../src/remedies/webhook.ts';
import { webhookOptionsSchema } from '../../src/remedies/webhook-options.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const use: RemedyUse = {
  integration: 'hq',
  rung: 'restart-proxy',
  idempotencyKey: 'hq:12.0',
  fencingToken: 3,
  startedAt: 1_000,
  signal: new AbortController().signal,
};
const secret = 'a-secret-shared-by-both';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Handle = (seen: Seen, response: ServerResponse) => void;

let server: Server;
let handle: Handle;
let seen: Seen[];
let clock: VirtualClock;

beforeEach(async () => {
  seen = [];
  clock = new VirtualClock(1_700_000_000_000);
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString();
  const { method, url, headers } = request;
  seen.push({ method, url, headers, body });
  handle({ method, url, headers, body }, response);
}

const origin = () => `http://127.0.0.1:${(server.address() as { port: number }).port}`;

function remedy(more: object = {}) {
  const options = { kind: 'webhook', url: `${origin()}/restart`, statusUrl: `${origin()}/status`, ...more };
  return createWebhookRemedy(webhookOptionsSchema.parse(options), { clock, variables: {}, random: () => 0.5 });
}

/** Answers one after the other; the last one again and again. */
function answers(...list: readonly (readonly [status: number, headers?: object, text?: string])[]): void {
  handle = (_, response) => {
    const [status, headers = {}, text = ''] = list[Math.min(seen.length, list.length) - 1] ?? [500];
    response.writeHead(status, { ...headers }).end(text);
  };
}

/** Longest pause in these tests. */
const pauseMsMax = 20_000;

/** Lets time pass from timer to timer, but not past the end, while the work waits for nothing else. */
async function untilSettled(work: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  work.then(done, done);
  const endsAt = clock.now() + 60_000;
  while (!settled) {
    // Exchanges take no time of this clock: pauses are passed, and not the deadline while an answer is on its way.
    const dueAt = clock.nextDueAt;
    if (dueAt !== null && dueAt < endsAt && dueAt - clock.now() <= pauseMsMax) await clock.tick();
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a webhook remedy', () => {
  test('posts who asks, with a key to do it once and a token to refuse the past', async () => {
    answers([200, {}, 'restarted']);

    expect(await remedy({ token: 'a-token' }).act(use)).toBe('The endpoint answered 200. It said: restarted');

    expect(seen[0]).toMatchObject({
      method: 'POST',
      headers: {
        'idempotency-key': 'hq:12.0',
        'syncwarden-fencing-token': '3',
        authorization: 'Bearer a-token',
        'content-type': 'application/json',
      },
    });
    expect(seen[0]?.headers).not.toHaveProperty('syncwarden-signature');
    const body = { integration: 'hq', rung: 'restart-proxy', idempotencyKey: 'hq:12.0', fencingToken: 3 };
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
  });

  test('signs time and body, and never sends the secret', async () => {
    answers([204]);

    await remedy({ secret }).act(use);

    const { headers, body = '' } = seen[0] ?? {};
    const v1 = createHmac('sha256', secret).update(`1700000000.${body}`).digest('hex');
    expect(headers?.['syncwarden-signature']).toBe(`t=1700000000,v1=${v1}`);
    expect(JSON.stringify(seen)).not.toContain(secret);
  });

  test('reads the secret from a file, anew for each use', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'syncwarden-webhook-'));
    const secretFile = join(folder, 'secret');
    answers([204]);
    writeFileSync(secretFile, `${secret}\n`);
    const hook = remedy({ secretFile });

    await hook.act(use);
    writeFileSync(secretFile, 'another-secret-after-rotation');
    await hook.act(use);
    writeFileSync(secretFile, 'short');

    const signatures = seen.map(({ headers }) => headers['syncwarden-signature']);
    expect(new Set(signatures).size).toBe(2);
    await expect(hook.act(use)).rejects.toMatchObject({ code: 'SW_CONFIG_UNREADABLE' });
    rmSync(folder, { recursive: true });
  });

  test.each([429, 502, 503, 504])(
    'comes back after %i, with the same key and a signature of its own',
    async (status) => {
      answers([status], [status], [200]);
      const acting = remedy({ secret }).act(use);

      await untilSettled(acting);

      expect(await acting).toContain('answered 200');
      // 500 ms and 1000 ms, of which half is fixed and half drawn.
      expect(clock.now() - 1_700_000_000_000).toBe(375 + 750);
      expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['hq:12.0', 'hq:12.0', 'hq:12.0']);
    },
  );

  test('waits as long as it is asked to', async () => {
    answers([503, { 'retry-after': '20' }], [200]);
    const acting = remedy().act(use);

    await untilSettled(acting);

    await acting;
    expect(clock.now() - 1_700_000_000_000).toBe(20_000);
  });

  test('gives up at once when it is asked to wait longer than its time', async () => {
    answers([503, { 'retry-after': '3600' }, 'maintenance']);

    await expect(remedy().act(use)).rejects.toThrow('status 503: maintenance');
    expect(seen).toHaveLength(1);
  });

  test('comes back when the connection is refused or cut', async () => {
    handle = (_, response) => (seen.length < 3 ? response.destroy() : response.end());
    const acting = remedy().act(use);

    await untilSettled(acting);

    expect(await acting).toContain('answered 200');
    expect(seen).toHaveLength(3);
  });

  test('gives up when its time is up, and says what the matter was', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    const acting = remedy({ url: `http://127.0.0.1:${port}/` }).act(use);
    const failing = expect(acting).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringMatching(/no answer in \d+ tries: .*ECONNREFUSED/),
    });

    await untilSettled(acting);

    await failing;
  });

  test('an endpoint that never answers ends with its time', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    handle = () => asked();
    const acting = remedy({ timeoutMs: 5_000 }).act(use);
    await isAsked;

    const failing = expect(acting).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining('no end within 5000 ms'),
    });
    await clock.advance(5_000);
    await failing;
  });

  test('an aborted use throws its reason', async () => {
    const controller = new AbortController();
    handle = () => controller.abort(new Error('cancelled by a person'));

    await expect(remedy().act({ ...use, signal: controller.signal })).rejects.toThrow('cancelled by a person');
  });

  test.each([
    [500, {}, 'disk full', 'status 500: disk full'],
    [401, {}, 'a-token is wrong', 'status 401: [token hidden] is wrong'],
    [302, { location: '/elsewhere' }, '', 'status 302 (redirects are not followed)'],
    [409, {}, '{"code":"busy"}', 'status 409: {"code":"busy"}'],
    [200, {}, '{"status":"failed","message":"no such service"}', 'no such service'],
  ])('%i is an answer that stands, and fails', async (status, headers, text, found) => {
    answers([status, headers, text]);

    await expect(remedy({ token: 'a-token' }).act(use)).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining(found),
    });
    expect(seen).toHaveLength(1);
  });

  test('a token of the past is fenced, not tried again', async () => {
    answers([409, {}, '{"code":"stale-token"}']);

    await expect(remedy().act(use)).rejects.toMatchObject({ code: 'SW_FENCED' });
    expect(seen).toHaveLength(1);
  });

  test('reads no more of an answer than it can use', async () => {
    handle = (_, response) => {
      // Without an end: whoever waited for it would wait for ever.
      response.write('x'.repeat(10_000_000));
    };

    expect((await remedy().act(use)).length).toBeLessThan(600);
  });
});

describe('a webhook that answers 202', () => {
  test('is looked at where it says, until it is done', async () => {
    answers(
      [202, { location: '/restart/7' }],
      [202],
      [503],
      [200, { 'retry-after': '5' }, '{"status":"running"}'],
      [200, {}, '{"status":"done","message":"up"}'],
    );
    const acting = remedy({ secret }).act(use);

    await untilSettled(acting);

    expect(await acting).toContain('answered 200');
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /restart',
      ...Array.from({ length: 4 }, () => 'GET /restart/7'),
    ]);
    expect(seen[1]?.headers).toMatchObject({
      'idempotency-key': 'hq:12.0',
      'syncwarden-signature': expect.any(String),
    });
    expect(clock.now() - 1_700_000_000_000).toBe(2_000 + 2_000 + 375 + 5_000);
  });

  test('fails when it says so', async () => {
    answers([202, { location: '/7' }], [200, {}, '{"status":"failed","message":"locked"}']);
    const acting = remedy().act(use);
    const failing = expect(acting).rejects.toThrow('locked');

    await untilSettled(acting);

    await failing;
  });

  test('fails when its time is up', async () => {
    answers([202, { location: '/7' }], [202]);
    const acting = remedy({ timeoutMs: 59_000 }).act(use);
    const failing = expect(acting).rejects.toThrow('no end within 59000 ms');

    await untilSettled(acting);

    await failing;
    expect(seen.length).toBeGreaterThan(20);
  });

  test('without a place to look is done', async () => {
    answers([202]);

    expect(await remedy().act(use)).toContain('answered 202');
  });

  test('on another server is not looked at: the token would go along', async () => {
    answers([202, { location: 'http://attacker.example/7' }]);

    await expect(remedy({ token: 'a-token' }).act(use)).rejects.toThrow('not on the same server');
  });
});

describe('whether it was done', () => {
  test.each([
    [200, '{"startedAt":1500}', true],
    [200, '{"startedAt":500}', false],
    [200, '{"startedAt":9999999999999}', null],
    [200, 'up', null],
    [404, '{"startedAt":1500}', null],
  ])('a status of %i with %s', async (status, text, done) => {
    answers([status, {}, text]);

    expect(await remedy().wasDone(use)).toBe(done);
  });

  test('within the tolerance of its clock', async () => {
    answers([200, {}, '{"startedAt":500}']);

    expect(await remedy({ clockToleranceMs: 500 }).wasDone(use)).toBe(true);
  });

  test('without a place to ask it is not known', async () => {
    expect(await remedy({ statusUrl: undefined }).wasDone(use)).toBeNull();
  });
});

describe('TLS', () => {
  const file = (name: string) => join(import.meta.dirname, '../connectors/http', name);
  let tls: Server;
  beforeEach(async () => {
    tls = createTlsServer(
      { cert: readFileSync(file('server.cert.pem')), key: readFileSync(file('server.key.pem')) },
      answer,
    );
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
  });
  afterEach(() => {
    tls.closeAllConnections();
    tls.close();
  });
  const url = () => `https://localhost:${(tls.address() as { port: number }).port}/restart`;

  test('a certificate of the configured authority is trusted', async () => {
    answers([204]);

    expect(await remedy({ url: url(), caFile: file('server.cert.pem') }).act(use)).toContain('answered 204');
  });

  test.each([
    ['none', {}],
    ['another', { caFile: file('elsewhere.cert.pem') }],
  ])('with %s it is not, and not tried again', async (_, more) => {
    await expect(remedy({ url: url(), ...more }).act(use)).rejects.toThrow('set caFile');
    expect(seen).toEqual([]);
  });

  test.each([file('server.key.pem'), '/nowhere'])(
    'a file that holds no certificate is refused at once: %s',
    (caFile) => {
      expect(() => remedy({ caFile })).toThrow(expect.objectContaining({ code: 'SW_CONFIG_UNREADABLE' }));
    },
  );
});

describe('options that are refused', () => {
  test.each([
    ['a token over http', { url: 'http://a.example/', token: 'x' }, 'would be readable on its way'],
    ['a token to a status over http', { statusUrl: 'http://a.example/', token: 'x' }, 'would be readable on its way'],
    ['a password in the address', { url: 'https://user:pw@a.example/' }, 'no user and no password'],
    ['another scheme', { url: 'file:///etc/passwd' }, 'an http or https address'],
    ['a short secret', { secret: 'short' }, 'at least 16'],
    ['two secrets', { secret, secretFile: '/s' }, 'does not go with secret'],
  ])('%s', (_, more, message) => {
    const options = { kind: 'webhook', url: 'https://a.example/', ...more };
    const { error } = webhookOptionsSchema.safeParse(options);

    expect(error?.issues[0]?.message).toContain(message);
    expect(error?.message).not.toMatch(/user:pw/);
  });
});
