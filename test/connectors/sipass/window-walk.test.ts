/** The walk over a windowed list as a property: whatever moves, whoever stays is given once, or the walk says it failed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListReply } from '../../../src/connectors/sipass/list-reply.ts';
import { type WindowCursor, windowStart } from '../../../src/connectors/sipass/window-cursor.ts';
import { windowStep } from '../../../src/connectors/sipass/window-walk.ts';
import { CodedError } from '../../../src/core/errors.ts';

type Change = readonly ['insert' | 'remove' | 'move', number, number];

interface Play {
  readonly length: number;
  readonly pageSize: number;
  readonly extra: 0 | 1;
  readonly cap: number;
  readonly totals: boolean;
  /** What happens to the list before each read, by the number of the read. */
  readonly changes: readonly (readonly Change[])[];
}

const play = fc.record<Play>({
  length: fc.integer({ min: 0, max: 80 }),
  pageSize: fc.integer({ min: 10, max: 25 }),
  extra: fc.constantFrom(0, 1),
  cap: fc.constantFrom(4, 7, 50, 1_000),
  totals: fc.boolean(),
  changes: fc.array(
    fc.array(fc.tuple(fc.constantFrom('insert', 'remove', 'move'), fc.nat(200), fc.nat(200)), { maxLength: 2 }),
    { maxLength: 12 },
  ),
});

/** Windows that are not cut shorter than the search for a moved row needs them. */
const wholeWindows = play.map((played) => ({ ...played, cap: 1_000 }));

const { signal } = new AbortController();

/** Walks a list that changes as played; answers the tokens given, and those that were in it unmoved all the time. */
async function walk(played: Play, resumeEachStep: boolean) {
  const list = Array.from({ length: played.length }, (_, index) => `t${index}`);
  const stayed = new Set(list);
  let reads = 0;
  const change = ([kind, from, to]: Change) => {
    const at = list.length === 0 ? 0 : from % list.length;
    if (kind === 'insert') return void list.splice(at, 0, `new${reads}-${from}-${to}-${list.length}`);
    const [token] = list.splice(at, 1);
    if (token === undefined) return;
    stayed.delete(token);
    if (kind === 'move') list.splice(to % (list.length + 1), 0, token);
  };
  const read = async (start: number, count: number): Promise<ListReply> => {
    for (const one of played.changes[reads] ?? []) change(one);
    reads += 1;
    const end = start + Math.min(count + played.extra, played.cap);
    const rows = list.slice(start, end).map((Token) => ({ Token }));
    const total = played.totals ? list.length : null;
    return { rows, total, atLeast: total ?? Number.POSITIVE_INFINITY };
  };
  const given: string[] = [];
  const seen = new Set<string>();
  let cursor: WindowCursor | null = windowStart;
  for (let steps = 0; cursor !== null; steps += 1) {
    expect(steps).toBeLessThan(200);
    const options = { read, pageSize: played.pageSize, doing: 'walking' };
    const { fresh, next }: Awaited<ReturnType<typeof windowStep>> = await windowStep(
      options,
      cursor,
      resumeEachStep && cursor !== windowStart ? null : seen,
      signal,
    );
    given.push(...fresh);
    for (const token of fresh) seen.add(token);
    cursor = next;
  }
  return { given, stayed };
}

const incomplete = (error: unknown) => error instanceof CodedError && error.code === 'SW_WALK_INCOMPLETE';

test('a walk gives no one twice and misses no one who stayed, or says that it is incomplete', async () => {
  await fc.assert(
    fc.asyncProperty(play, async (played) => {
      const walked = await walk(played, false).catch((error: unknown) =>
        incomplete(error) ? null : Promise.reject(error),
      );
      if (walked === null) return;

      expect(new Set(walked.given).size).toBe(walked.given.length);
      expect([...walked.stayed].filter((token) => !walked.given.includes(token))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a walk over a list at rest is complete under every kind of window, resumed at each step or not', async () => {
  await fc.assert(
    fc.asyncProperty(play, fc.boolean(), async (played, resumed) => {
      const { given, stayed } = await walk({ ...played, changes: [] }, resumed);

      expect(given).toEqual([...stayed]);
    }),
  );
});

test('a walk that is resumed at each step misses no one who stayed, or says that it is incomplete', async () => {
  await fc.assert(
    fc.asyncProperty(wholeWindows, async (played) => {
      const walked = await walk(played, true).catch((error: unknown) =>
        incomplete(error) ? null : Promise.reject(error),
      );
      if (walked === null) return;

      expect([...walked.stayed].filter((token) => !walked.given.includes(token))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a walk with few changes is usually complete: being careful does not mean giving up', async () => {
  const changes: Change[][] = [[], [['insert', 2, 0]], [], [['remove', 5, 0]], []];
  const played: Play = { length: 60, pageSize: 10, extra: 0, cap: 1_000, totals: true, changes };

  const { given, stayed } = await walk(played, false);

  expect([...stayed].filter((token) => !given.includes(token))).toEqual([]);
});

test.each([1, 3])('a server that cuts windows to %i rows is found out, not taken for a short list', async (cap) => {
  const walked = walk({ length: 30, pageSize: 10, extra: 0, cap, totals: false, changes: [] }, false);

  await expect(walked).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
});

test('a server that ignores the start index is found out', async () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({ Token: `t${index}` }));
  const options = {
    read: async () => ({ rows, total: null, atLeast: Number.POSITIVE_INFINITY }),
    pageSize: 10,
    doing: 'walking',
  };
  const seen = new Set<string>();

  const toTheEnd = async () => {
    for (let cursor: WindowCursor | null = windowStart; cursor !== null; ) {
      const step: Awaited<ReturnType<typeof windowStep>> = await windowStep(options, cursor, seen, signal);
      for (const token of step.fresh) seen.add(token);
      cursor = step.next;
    }
  };

  await expect(toTheEnd()).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
});
