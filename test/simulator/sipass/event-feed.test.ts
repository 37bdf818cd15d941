/** The event feed of the SiPass simulator. All of it is assumed; what is tested is what the page about it says. */
import { describe, expect, test } from 'vitest';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';
import { admin, asClient, logIn, request, startSipass } from './hr-client.ts';

type Options = Parameters<typeof startSipass>[0];

interface FeedBody {
  readonly FeedId: string;
  readonly Records: readonly {
    readonly EventId: string;
    readonly Sequence: number;
    readonly CardholderToken: string;
  }[];
  readonly Bookmark: number;
  readonly HasMore: boolean;
  readonly Next?: string;
}

async function openFeed(options: Options = {}) {
  const clock = new VirtualClock();
  const sipass = await startSipass(options, { clock });
  const token = (await logIn(sipass.url)).body.Token;
  const get = (path: string, headers: Record<string, string> = { Authorization: token }) =>
    request(`${sipass.url}/api/management/V1/${path}`, 'GET', { ...asClient('test'), ...headers });
  const body = async (path: string) => (await get(path)).body as unknown as FeedBody; // the shape is what is tested
  const happen = (count: number) => admin(sipass, 'POST', '/events', { count });
  const numbers = async (path: string) => (await body(path)).Records.map(({ Sequence }) => Sequence);
  return { clock, sipass, get, body, happen, numbers };
}

describe('the event feed', () => {
  test('tells without a bookmark where it is, and gives nothing that happened before', async () => {
    const { body, happen } = await openFeed();
    await happen(3);

    expect(await body('Events')).toMatchObject({ Records: [], Bookmark: 3, HasMore: false });
  });

  test('is read on from a bookmark, page by page, with numbers that have no gap', async () => {
    const { body, happen, sipass } = await openFeed();
    await happen(5);

    const first = await body('Events?after=0&limit=3');
    const second = await body(`Events?after=${first.Bookmark}&feed=${first.FeedId}&limit=3`);

    expect(first.Records.map(({ Sequence }) => Sequence)).toEqual([1, 2, 3]);
    expect([first.HasMore, second.HasMore, second.Bookmark]).toEqual([true, false, 5]);
    const people = sipass.world.cardholders.order('Token');
    expect(people).toEqual(expect.arrayContaining(first.Records.flatMap((record) => record.CardholderToken ?? [])));
  });

  test('says 410 for a bookmark that it has forgotten, of another numbering, or from the future', async () => {
    const { get, happen, sipass } = await openFeed({ eventsKept: 4 });
    await happen(10);
    const statusOf = async (path: string) => (await get(path)).status;

    expect([await statusOf('Events?after=5'), await statusOf('Events?after=6')]).toEqual([410, 200]);
    expect(await statusOf('Events?after=11')).toBe(410);
    await admin(sipass, 'POST', '/events/renumber');
    expect(await statusOf('Events?after=6&feed=another')).toBe(410);
    sipass.faults.add({ kind: 'event-bookmark-lost' });
    expect([await statusOf('Events?after=0'), await statusOf('Events')]).toEqual([410, 200]);
  });

  test('has a history by time that remembers what the feed has forgotten', async () => {
    const { body, clock, happen, sipass } = await openFeed();
    const window = () => `from=${new Date(clock.now()).toISOString()}&to=${new Date(clock.now() + 500).toISOString()}`;
    await happen(2);
    clock.jump(1_000);
    await happen(3);
    await admin(sipass, 'POST', '/events/forget');

    const first = await body(`Events/History?${window()}&limit=2`);
    const second = await body(`Events/History?${window()}&limit=2&next=${first.Next}`);

    expect([...first.Records, ...second.Records].map(({ Sequence }) => Sequence)).toEqual([3, 4, 5]);
    expect(second.Next).toBeUndefined();
  });

  test('holds an answer until something happens, or the time is up', async () => {
    const { clock, body, happen } = await openFeed();
    const inTime = body('Events?after=0&wait=30');
    await expect.poll(() => clock.nextDueAt).not.toBeNull();

    await happen(1);
    const some = await inTime;
    const none = body('Events?after=1&wait=30');
    while ((await Promise.race([none, settle().then(() => null)])) === null) await clock.advance(1_000);

    expect(some.Records).toHaveLength(1);
    expect((await none).Records).toEqual([]);
  });

  test('is open to a living session only', async () => {
    const { get, sipass } = await openFeed();

    expect((await get('Events', {})).status).toBe(401);
    expect((await get('Events', { Authorization: 'x' })).status).toBe(401);
    expect((await get('Nothing')).status).toBe(404);
    await admin(sipass, 'DELETE', '/sessions');
    expect((await get('Events')).body.ErrorCode).toBe(908);
  });

  test('makes the same things happen for the same seed', async () => {
    const [one, two] = [await openFeed({ seed: 5 }), await openFeed({ seed: 5 })];

    const made = await Promise.all([one, two].map(({ happen }) => happen(20)));

    expect(made[0]?.body).toEqual(made[1]?.body);
  });
});

describe('an event feed that lies', () => {
  test('repeats, reorders and delays', async () => {
    const { happen, numbers, sipass } = await openFeed();
    await happen(9);

    sipass.faults.add({ kind: 'event-repeat', count: 2, times: 1 });
    expect(await numbers('Events?after=3&limit=3')).toEqual([2, 3, 4, 5, 6]);
    sipass.faults.add({ kind: 'event-reorder', times: 1 });
    expect(await numbers('Events?after=3&limit=3')).toEqual([6, 5, 4]);
    sipass.faults.add({ kind: 'event-late', count: 1, times: 1 });
    expect(await numbers('Events?after=3&limit=3')).toEqual([5, 6]);
    expect(await numbers('Events?after=6&limit=3')).toEqual([4, 7, 8, 9]);
  });

  test('leaves events out that the history has, or has not', async () => {
    const { body, happen, numbers, sipass } = await openFeed();
    await happen(50);
    const from = '2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=100';
    sipass.faults.add({ kind: 'event-missing', share: 0.2, id: 'm' });
    const missing = (await numbers('Events?after=0&limit=100')).length;
    const whole = (await body(`Events/History?from=${from}`)).Records.length;
    sipass.faults.clear();
    sipass.faults.add({ kind: 'event-lost', share: 0.2, id: 'l' });

    const lost = await numbers('Events?after=0&limit=100');

    expect([missing < 50, whole]).toEqual([true, 50]);
    expect(lost.length).toBeLessThan(50);
    expect(await numbers(`Events/History?from=${from}`)).toEqual(lost);
  });
});
