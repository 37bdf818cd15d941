/** Deliveries as the runtime would hand them over, and a receiver of HTTP that does what it is told. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Message } from '../../machines/notifications/notice.ts';
import { wordsOf } from '../../machines/notifications/words.ts';
import type { Delivery, DeliveryAnswer } from '../../machines/notifications.ts';
import { systemClock } from '../../src/core/clock.ts';
import { notificationsSchema } from '../../src/notify/channel.ts';
import { createDeliver } from '../../src/notify/deliver.ts';
import type { Work } from '../../src/runtime/index.ts';
import { noon, noticeOf } from '../machines/notifications-driver.ts';

const folder = resolve(import.meta.dirname, '../connectors/http');
/** For localhost and 127.0.0.1, signed by itself. */
export const certificate = { cert: `${folder}/server.cert.pem`, key: `${folder}/server.key.pem` };

export function messageOf(part: Partial<Message> = {}): Message {
  const notices = part.notices ?? [noticeOf({ id: 'n-1' })];
  return {
    id: 'm-1',
    kind: 'notice',
    severity: 'critical',
    ...wordsOf(notices, 0),
    dedupKey: 'hq/incident-1',
    resolves: [],
    notices,
    omitted: 0,
    at: noon,
    ...part,
  };
}

export interface Attempt {
  readonly message?: Message;
  readonly signal?: AbortSignal;
}

/** Delivers one message by a channel that is configured so. */
export async function deliver(channel: object, attempt: Attempt = {}, more: object = {}): Promise<DeliveryAnswer> {
  const { message = messageOf(), signal = new AbortController().signal } = attempt;
  const config = notificationsSchema.parse({ channels: { desk: channel }, ...more });
  const executor = createDeliver(config, {
    clock: systemClock,
    identity: { source: 'site-1', processId: 42 },
    heartbeatText: () => 'Still watching, 12 integrations, all proven.',
  });
  const work: Work<Delivery> = {
    key: 'notifications',
    input: { channel: 'desk', message },
    signal,
    idempotencyKey: 'notifications:1:2.0',
    attempt: 1,
    startedAt: noon,
    fencingToken: 1,
    report: () => {},
  };
  return executor.run(work);
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
}

/** Keeps what was posted, and answers as told; without an answer it hangs. */
export async function openHttpReceiver(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.writeHead(202).end(),
): Promise<HttpReceiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
    answer(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close };
}

/** What a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it did not fail');
}
