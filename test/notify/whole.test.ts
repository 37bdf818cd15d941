/** Machine, runtime, executor and receivers together: from the configuration to what arrives. */
import { afterEach, expect, test } from 'vitest';
import { notificationEventSchema, notificationsMachine } from '../../machines/notifications.ts';
import { systemClock } from '../../src/core/clock.ts';
import { notificationPolicyOf, notificationsSchema } from '../../src/notify/channel.ts';
import { createDeliver } from '../../src/notify/deliver.ts';
import { createMemoryStore, createRuntime } from '../../src/runtime/index.ts';
import { noticeOf, recovered } from '../machines/notifications-driver.ts';
import { type HttpReceiver, openHttpReceiver } from './support.ts';

let receiver: HttpReceiver | null = null;
afterEach(() => receiver?.close());

test('a receiver that fails, cuts the connection and asks for silence has each message once by its key, in order', async () => {
  const answers = [500, 0, 429, 200, 0];
  receiver = await openHttpReceiver((response) => {
    const status = answers.shift() ?? 202;
    if (status === 0) response.socket?.destroy();
    else response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {}).end();
  });
  const config = notificationsSchema.parse({
    channels: { hook: { kind: 'webhook', url: receiver.url } },
    retry: { initialMs: 10, maxMs: 50 },
  });
  const identity = { source: 'site-1' };
  const runtime = await createRuntime({
    machines: [{ machine: notificationsMachine, events: notificationEventSchema }],
    executors: { deliver: createDeliver(config, { clock: systemClock, identity, heartbeatText: () => '' }) },
    store: createMemoryStore(),
  });
  await runtime.start(notificationsMachine, 'notifications', { policy: notificationPolicyOf(config) });
  await runtime.send('notifications', { type: 'notice.raised', notice: noticeOf({ id: 'bad' }) });
  await runtime.send('notifications', { type: 'notice.raised', notice: recovered({ id: 'over' }) });
  await runtime.waitFor('notifications', ({ context }) => context.outbox.length === 0, { limitMs: 10_000 });
  await runtime.close();

  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { id: string; notices: { id: string }[] });
  expect(bodies.map(({ notices }) => notices[0]?.id)).toEqual(['bad', 'bad', 'bad', 'bad', 'over', 'over']);
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(2);
});
