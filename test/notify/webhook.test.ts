/** The webhook and PagerDuty against an HTTP server that takes, refuses, hangs and asks for silence. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isSignedBy, signatureOf } from '../../src/connectors/http/webhook-signature.ts';
import { noticeOf, recovered } from '../machines/notifications-driver.ts';
import { deliver, errorOf, type HttpReceiver, messageOf, openHttpReceiver, type Received } from './support.ts';

let receiver: HttpReceiver | null = null;
const open = async (...answer: Parameters<typeof openHttpReceiver>) => {
  receiver = await openHttpReceiver(...answer);
  return receiver;
};
afterEach(() => receiver?.close());

const hook = ({ url }: HttpReceiver, more: object = {}) => ({ kind: 'webhook', url: `${url}/in/s3cret-path`, ...more });
const pager = ({ url }: HttpReceiver, more: object = {}) => ({
  kind: 'pagerduty',
  routingKey: 'r0uting-key',
  url: `${url}/v2/enqueue`,
  ...more,
});

describe('a webhook', () => {
  test('gets everything as JSON, with a key that is the same for every try', async () => {
    const { received, url } = await open();
    const answer = await deliver(hook({ url } as HttpReceiver, { headers: { authorization: 'Bearer t0ken' } }));
    await deliver(hook({ url } as HttpReceiver));

    expect(answer).toEqual({ at: expect.any(Number) });
    expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual(['site-1:m-1', 'site-1:m-1']);
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer t0ken', 'content-type': 'application/json' });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      id: 'site-1:m-1',
      source: 'site-1',
      severity: 'critical',
      dedupKey: 'hq/incident-1',
      notices: [{ id: 'n-1', integration: 'hq', reason: { code: 'counts-differ' } }],
    });
  });

  test('can tell who wrote it, and that it is no old copy', async () => {
    const it = await open();
    await deliver(hook(it, { secret: 'shared secret' }));
    const { headers, body } = it.received[0] as Received; // it has just come
    const header = String(headers['syncwarden-signature']);
    const nowMs = Date.now();

    expect(header).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
    expect(isSignedBy(header, { secret: 'shared secret', body, nowMs })).toBe(true);
    expect(isSignedBy(header, { secret: 'another', body, nowMs })).toBe(false);
    expect(isSignedBy(header, { secret: 'shared secret', body: `${body} `, nowMs })).toBe(false);
    expect(isSignedBy(header, { secret: 'shared secret', body, nowMs: nowMs + 301_000 })).toBe(false);
    expect(isSignedBy('t=1', { secret: 'shared secret', body, nowMs })).toBe(false);
  });

  test('is signed by a known value', () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
    expect(signatureOf('key', '{"a":1}', 1_700_000_000_999)).toBe(
      't=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03',
    );
  });

  test.each([
    [400, 'SW_REFUSED'],
    [401, 'SW_UNAUTHORISED'],
    [403, 'SW_UNAUTHORISED'],
    [404, 'SW_REPLY_UNEXPECTED'],
    [302, 'SW_REPLY_UNEXPECTED'],
    [429, 'SW_SERVER_FAILED'],
    [500, 'SW_SERVER_FAILED'],
  ])('that answers %i fails as %s, and no secret is in the message', async (status, code) => {
    const it = await open((response) => response.writeHead(status).end('no: s3cret-path, t0ken-value'));
    const error = await errorOf(deliver(hook(it, { secret: 'shared', headers: { 'x-token': 't0ken-value' } })));

    expect(error).toMatchObject({ code, message: expect.stringContaining(`status ${status}`) });
    expect(error.message).not.toMatch(/s3cret|t0ken|shared/);
  });

  test('that asks for silence is not a failure but a wish', async () => {
    const it = await open((response) => response.writeHead(429, { 'retry-after': '120' }).end());

    expect(await deliver(hook(it))).toMatchObject({
      at: null,
      retryAfterMs: 120_000,
      reason: { code: 'SW_SERVER_FAILED' },
    });
  });

  test('that hangs fails when its time is up', async () => {
    const it = await open(() => {});

    expect(await errorOf(deliver(hook(it, { timeoutMs: 100 })))).toMatchObject({ code: 'SW_TIMEOUT' });
  });

  test('that cuts the connection leaves in doubt whether it has the message', async () => {
    const it = await open((response) => response.socket?.destroy());

    expect(await errorOf(deliver(hook(it)))).toMatchObject({ code: 'SW_SESSION_LOST' });
  });

  test('where nobody listens certainly has not got it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));

    expect(await errorOf(deliver({ kind: 'webhook', url: `http://127.0.0.1:${port}/` }))).toMatchObject({
      code: 'SW_UNREACHABLE',
    });
  });

  test('is let go of when nobody wants the outcome any more', async () => {
    const closing = new AbortController();
    const it = await open(() => closing.abort(new Error('closing')));

    expect(await errorOf(deliver(hook(it), { signal: closing.signal }))).toMatchObject({ message: 'closing' });
  });

  test('gets a heartbeat with the sentence of that moment', async () => {
    const it = await open();
    await deliver(hook(it), { message: messageOf({ kind: 'heartbeat', severity: 'info', notices: [] }) });

    expect(JSON.parse(it.received[0]?.body ?? '')).toMatchObject({
      text: 'Still watching, 12 integrations, all proven.',
    });
  });
});

describe('PagerDuty', () => {
  const events = ({ received }: HttpReceiver) =>
    received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  test('is triggered by the key of the incident, and resolved by it', async () => {
    const it = await open();
    await deliver(pager(it), {}, { dashboardUrl: 'https://watch.example/' });
    const over = messageOf({ severity: 'resolved', resolves: ['hq/incident-1'], notices: [recovered({ id: 'r' })] });
    await deliver(pager(it), { message: over });

    expect(events(it)[0]).toMatchObject({
      routing_key: 'r0uting-key',
      event_action: 'trigger',
      dedup_key: 'syncwarden/site-1/hq/incident-1',
      payload: {
        summary: 'Syncwarden, critical: hq: The counts differ.',
        source: 'site-1',
        severity: 'critical',
        timestamp: '2026-01-15T12:00:00.000Z',
        component: 'hq',
        class: 'counts-differ',
      },
      links: [{ href: 'https://watch.example/', text: 'Dashboard' }],
    });
    expect(events(it)[1]).toEqual({
      routing_key: 'r0uting-key',
      event_action: 'resolve',
      dedup_key: 'syncwarden/site-1/hq/incident-1',
    });
  });

  test.each([
    ['warning', 'warning'],
    ['info', 'info'],
  ] as const)('calls %s %s', async (severity, called) => {
    const it = await open();
    await deliver(pager(it), { message: messageOf({ severity, notices: [noticeOf({ severity })] }) });

    expect(events(it)[0]).toMatchObject({ payload: { severity: called } });
  });

  test('keeps within its bounds, whatever the names', async () => {
    const it = await open();
    await deliver(pager(it), { message: messageOf({ subject: 's'.repeat(5_000), dedupKey: 'k'.repeat(500) }) });
    const [event] = events(it) as [{ dedup_key: string; payload: { summary: string } }];

    expect([event.dedup_key.length <= 255, event.payload.summary.length]).toEqual([true, 1_024]);
  });

  test('has no open alert after a test', async () => {
    const it = await open();
    await deliver(pager(it), {
      message: messageOf({ kind: 'test', severity: 'info', notices: [], dedupKey: 'test/desk' }),
    });

    expect(events(it).map((event) => event['event_action'])).toEqual(['trigger', 'resolve']);
    expect(new Set(events(it).map((event) => event['dedup_key'])).size).toBe(1);
  });

  test('that refuses the key does not have it quoted in the error', async () => {
    const it = await open((response) => response.writeHead(400).end('{"errors":["invalid r0uting-key"]}'));
    const error = await errorOf(deliver(pager(it)));

    expect(error.code).toBe('SW_REFUSED');
    expect(error.message).not.toContain('r0uting-key');
  });
});
