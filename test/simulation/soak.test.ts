/** A day of the soak with a fixed seed; and worlds that are broken on purpose, each caught by the oracle named for it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Source } from '../../src/connectors/connector.ts';
import { Soak, type SoakOptions } from '../../src/simulation/soak/soak.ts';

let soak: Soak;

afterEach(() => soak.close());

async function days(count: number, options: SoakOptions) {
  soak = new Soak(options);
  for (let day = 0; day < count && soak.tally().violations.length === 0; day += 1) await soak.day();
  return soak.tally();
}

/** Alone on a machine it takes a thirtieth of it; beside others, commits that are flushed take their time. */
const msMax = 300_000;

describe('the soak', () => {
  test(
    'proves source and target equal after a day in which everything goes wrong',
    async () => {
      const tally = await days(1, { seed: 1, people: 120, groups: 10 });

      expect(tally.violations).toEqual([]);
      expect(tally).toMatchObject({ days: 1, provenDays: 1 });
      expect(tally.changes).toBeGreaterThan(20_000);
      expect(Object.keys(tally.faults)).toEqual(
        expect.arrayContaining(['kill', 'timeout', 'short-both', 'empty-list']),
      );
    },
    msMax,
  );

  test(
    'is the same for the same seed',
    async () => {
      const first = await days(1, { seed: 5, people: 60, groups: 6, roundsOfDay: 16 });
      await soak.close();
      const second = await days(1, { seed: 5, people: 60, groups: 6, roundsOfDay: 16 });

      expect(second).toEqual(first);
    },
    msMax,
  );
});

describe('a world that is broken on purpose is caught', () => {
  test('a source that hides people from every question, after a while: a wrong delete', async () => {
    let probes = 0;
    const disguise = (source: Source) => hidingPeople(source, () => probes++ > 20);
    const tally = await days(1, { seed: 1, people: 120, groups: 10, disguise });

    expect(tally.violations[0]).toMatchObject({ oracle: 'wrong-delete' });
  });
});

/** Afterwards one person in thirty is in no list and not to be found: for the engine he is gone. */
function hidingPeople(source: Source, isAfter: () => boolean): Source {
  let hides = false;
  const isHidden = (kind: string, key: string) => hides && kind === 'person' && Number(key.slice(1)) % 30 === 0;
  const { changes, ...walked } = source;
  return {
    ...walked,
    capabilities: { ...source.capabilities, changeFeed: 'none', tombstones: 'none' },
    probe(signal) {
      hides = isAfter();
      return source.probe(signal);
    },
    async walk(kind, cursor, signal) {
      const page = await source.walk(kind, cursor, signal);
      return { ...page, records: page.records.filter(({ key }) => !isHidden(kind, key)) };
    },
    async *keys(kind, signal) {
      for await (const part of source.keys(kind, signal)) yield part.filter((key) => !isHidden(kind, key));
    },
    get: (kind, key, signal) => (isHidden(kind, key) ? Promise.resolve(null) : source.get(kind, key, signal)),
  };
}
