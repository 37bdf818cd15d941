/** Whole sites in outages: a sample of what `npm run simulate -- --seeds N` plays. */
import { describe, expect, test } from 'vitest';
import { play } from '../../src/simulation/outages/play.ts';
import { playOutages } from '../../src/simulation/outages/seeds.ts';

const seedsOf = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);

describe('a site in outages', () => {
  test.each(seedsOf(1, 20))(
    'seed %i breaks no oracle, and converges once the faults have stopped',
    async (seed) => {
      const { violations, convergedMs, planned } = await play({ seed });

      expect(violations).toEqual([]);
      expect(convergedMs).not.toBeNull();
      expect(planned).toBeGreaterThan(0);
    },
    60_000,
  );

  test.each([3, 14])(
    'seed %i is the same each time, to the byte',
    async (seed) => {
      const [one, other] = [await play({ seed }), await play({ seed })];

      expect(other.fingerprint).toBe(one.fingerprint);
    },
    60_000,
  );

  test('an oracle speaks when a ladder climbs while a run progresses', async () => {
    const lines: object[] = [];
    const caught = await playOutages({
      seed: 1,
      seeds: 40,
      mutation: 'climb-while-progressing',
      print: (line) => lines.push(line),
    });

    expect(lines).toContainEqual(expect.objectContaining({ kind: 'mutation', caught: true }));
    expect(caught).toBe(true);
  }, 300_000);
});
