/** A difference stands only when it was seen twice: what somebody adds in SiPass arrives a little later. */
import { expect, test } from 'vitest';
import { compareCounts } from '../../src/beside/compare-counts.ts';
import { systemClock } from '../../src/core/clock.ts';

/** The role has so many people at each look. */
async function compare(owned: readonly number[], isUnderWay = false) {
  const looks = [...owned];
  const waits: number[] = [];
  const compared = await compareCounts(
    {
      readExpected: async () => ({ Cardholder: 5 }),
      readOwned: async () => ({ byType: { Cardholder: looks.shift() ?? 0 }, way: 'owner-filter' }),
      untilQuiet: async (ms) => waits.push(ms),
      quietMs: 90,
      clock: systemClock,
      signal: new AbortController().signal,
    },
    isUnderWay,
  );
  return { equal: compared.proof.equal, waits };
}

test.each([
  ['equal at once', [5], false, { equal: true, waits: [0] }],
  ['equal at the second look', [4, 5], false, { equal: true, waits: [0, 90] }],
  ['different twice', [4, 4], false, { equal: false, waits: [0, 90] }],
  ['equal after what was started', [5], true, { equal: true, waits: [90] }],
  ['different after what was started', [4, 4], true, { equal: false, waits: [90, 90] }],
])('%s', async (_, owned, isUnderWay, expected) => {
  expect(await compare(owned, isUnderWay)).toEqual(expected);
});
