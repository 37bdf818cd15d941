/** What a knock at a port tells: of a service, and of the machine that it would be on. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { hostAnswers, isReachable } from '../../src/observe/reachability.ts';

async function listen(host = '127.0.0.1'): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const close = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  return { port, close };
}

test('a service that listens accepts, one that has ended refuses, and its machine is up', async () => {
  const { port, close } = await listen();
  const url = `https://127.0.0.1:${port}/api`;
  expect(await isReachable(url, 5_000)).toBe(true);
  await close();

  expect(await isReachable(url, 5_000)).toBe(false);
  expect(await hostAnswers(url, [], 5_000)).toBe(true);
});

test('a machine that is silent is down only when ports are known at which it would answer', async () => {
  const nowhere = 'https://nowhere.invalid:8745';

  expect(await hostAnswers(nowhere, [], 5_000)).toBeNull();
  expect(await hostAnswers(nowhere, [22, 445], 5_000)).toBe(false);
});

test('an address of IPv6 is reached', async () => {
  const { port } = await listen('::1');

  expect(await isReachable(`https://[::1]:${port}`, 5_000)).toBe(true);
});
