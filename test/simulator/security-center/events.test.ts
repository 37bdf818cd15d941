/** Raising events in the Security Center simulator, and its report of custom events. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
let door: string;
beforeEach(async () => {
  desk = await openDesk({ customEvents: 5, rowsMax: 3 });
  door = await desk.create('Door),Name=Lobby');
});
afterEach(() => desk.close());

const raise = (path: string) => desk.ask('POST', `/WebSdk/events/${path}`);
const range = (from: number, to: number) =>
  `TimeRange.SetTimeRange(${new Date(from).toISOString()},${new Date(to).toISOString()})`;
const report = (q: string) => desk.search(q, 'CustomEvents');

describe('raising', () => {
  test('a custom event with its message, on an entity by id without dashes', async () => {
    const message = encodeURIComponent('Access Granted, Lobby (syncwarden event hq F1-2)');
    const { state } = await raise(`RaiseCustomEvent/3/${door.replaceAll('-', '')}/${message}`);

    const now = desk.clock.now();
    const { result } = await report(`${range(now - 1, now + 1)},EventTypes@CustomEvent`);
    expect(state).toBe('Ok');
    expect(result).toEqual([
      {
        CustomEventId: 3,
        SourceGuid: door,
        Timestamp: new Date(now).toISOString(),
        Message: 'Access Granted, Lobby (syncwarden event hq F1-2)',
      },
    ]);
  });

  test('a native event stands in the book, not in the report of custom ones', async () => {
    await raise(`RaiseEvent/AccessGranted/${door}`);

    const now = desk.clock.now();
    expect((await report(`${range(now - 1, now + 1)},EventTypes@CustomEvent`)).result).toEqual([]);
    expect(await desk.admin('GET', '/raised')).toMatchObject({
      total: 1,
      events: [{ type: 'AccessGranted', entity: door, entityType: 'Door', customEventId: null }],
    });
  });

  test.each([
    [
      'an entity that does not exist',
      'RaiseCustomEvent/1/11111111111111111111111111111111/x',
      'UnableToRetrieveEntity',
    ],
    ['an id that the site has not defined', 'RaiseCustomEvent/6/DOOR/x', 'InvalidValue'],
    ['an unknown type', 'RaiseEvent/Sunrise/DOOR', 'InvalidValue'],
  ])('is refused for %s', async (_what, path, code) => {
    const { status, state, result } = await raise(path.replace('DOOR', door));

    expect([status, state, result.SdkErrorCode]).toEqual([200, 'Fail', code]);
    expect(await desk.admin('GET', '/raised')).toMatchObject({ total: 0 });
  });

  test('is refused for an entity that the user may not see', async () => {
    desk.simulator.faults.add({ kind: 'invisible', type: 'Door' });

    expect((await raise(`RaiseCustomEvent/1/${door}/x`)).state).toBe('Fail');
  });
});

describe('the report of custom events', () => {
  test('needs a range and a filter, and knows no pages', async () => {
    const now = desk.clock.now();
    const refusal = async (q: string) => (await report(q)).result.Message;

    expect(await refusal('EventTypes@CustomEvent')).toMatch(/time range/);
    expect(await refusal(range(now, now + 1))).toMatch(/filter/);
    expect(await refusal(`${range(now, now + 1)},EventTypes@CustomEvent,Page=1`)).toMatch(/Page/);
  });

  test('is cut, and says so, when it is too long', async () => {
    for (let at = 0; at < 4; at += 1) await raise(`RaiseCustomEvent/1/${door}/m${at}`);

    const now = desk.clock.now();
    const { state, result } = await report(`${range(now - 1, now + 1)},EventTypes@CustomEvent`);

    expect([state, result.length]).toEqual(['TooManyResults', 3]);
  });
});
