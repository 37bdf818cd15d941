/** Raising events over the production connector, and finding them again. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TargetEvent } from '../../../src/connectors/events.ts';
import { eventIdIn, eventMessage } from '../../../src/connectors/security-center/event-message.ts';
import { createSecurityCenter } from '../../../src/connectors/security-center/security-center.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { startSecurityCenterSimulator } from '../../../src/simulator/security-center/simulator.ts';

const { signal } = new AbortController();

async function openCenter(rowsMax = 10_000) {
  const server = await startSecurityCenterSimulator({ port: 0, adminPort: 0, strangers: 0, rowsMax });
  const [username, password, applicationId] = ['syncwarden', 'syncwarden', 'syncwarden'];
  const options = { url: `${server.url}/WebSdk`, username, password, applicationId };
  const { target, events } = createSecurityCenter({ options, owner: 'hq', clock: systemClock });
  const door = await target.create({ type: 'door', key: 'd', fields: { name: 'Lobby' }, refs: {} }, signal);
  return { server, target, events, door };
}
type Center = Awaited<ReturnType<typeof openCenter>>;

let center: Center;
beforeEach(async () => {
  center = await openCenter();
});
afterEach(() => closeCenter(center));
const closeCenter = async ({ server, target }: Center) => {
  await target.close();
  await server.close();
};

const event = (id: string, more: Partial<TargetEvent> = {}): TargetEvent => ({
  id,
  name: { kind: 'custom', id: 1 },
  entity: center.door,
  at: 0,
  text: 'Access Granted, Lobby',
  ...more,
});
const books = () => center.server.world.raised.report(0, 100).events;

describe('raising', () => {
  test('carries a text of any kind, and our id, which is found again', async () => {
    const texts = ['50% of a/b\\c? #1 + "x" & <y> ünï 😀', '', 'x'.repeat(500)];
    for (const [at, text] of texts.entries()) await center.events.raise(event(`F1-${at}`, { text }), signal);

    expect(await center.events.recent(Date.now() - 60_000, signal)).toEqual(new Set(['F1-0', 'F1-1', 'F1-2']));
    expect(books()[0]?.message).toMatch(/^50 of a b c .* ünï 😀 \(syncwarden event hq F1-0\)$/);
    expect(books().every(({ message }) => message.length <= 200)).toBe(true);
  });

  test('a native event, which cannot carry our id and says so', async () => {
    await center.events.raise(event('F1-1', { name: { kind: 'native', type: 'AccessGranted' } }), signal);

    expect(books()).toMatchObject([{ type: 'AccessGranted', entity: center.door }]);
    expect(center.events.capabilities.tells).toEqual(['custom']);
  });

  test('tells an entity that is gone from an event that is refused', async () => {
    await expect(
      center.events.raise(event('F1-1', { name: { kind: 'custom', id: 999 } }), signal),
    ).rejects.toMatchObject({
      code: 'SW_REFUSED',
    });
    await center.target.remove('door', center.door, signal);

    await expect(center.events.raise(event('F1-1'), signal)).rejects.toMatchObject({ code: 'SW_NOT_FOUND' });
    expect(books()).toEqual([]);
  });

  test('whose answer is lost is found', async () => {
    center.server.faults.add({ kind: 'lose-answer', match: { path: '/events/' }, times: 1 });

    await expect(center.events.raise(event('F1-9'), signal)).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });

    expect((await center.events.recent(Date.now() - 60_000, signal)).has('F1-9')).toBe(true);
  });
});

describe('finding again', () => {
  test('halves a range in which there is too much, and says so when that does not help', async () => {
    await closeCenter(center);
    center = await openCenter(3);
    for (let at = 0; at < 4; at += 1) await center.events.raise(event(`F1-${at}`), signal);

    await expect(center.events.recent(Date.now() - 60_000, signal)).rejects.toMatchObject({
      code: 'SW_WALK_INCOMPLETE',
    });
  });

  test('knows its own marker only', () => {
    const message = eventMessage('hq', 'F1-2', 'Access (of) sorts');

    expect(eventIdIn('hq', message)).toBe('F1-2');
    expect(eventIdIn('other', message)).toBeNull();
    expect(eventIdIn('hq', 'Access Granted')).toBeNull();
    expect(eventIdIn('hq', `${message} and more`)).toBeNull();
  });
});
