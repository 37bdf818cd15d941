/** Whole sites in outages, as `npm run simulate -- --seeds N` plays them; and whether each oracle can speak. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { mutations } from '../../src/simulation/outages/mutations.ts';
import { play } from '../../src/simulation/outages/play.ts';
import { optionsOf } from '../../src/simulation/outages/seeds.ts';

const program = resolve(import.meta.dirname, '../../dist/src/simulation/main.js');
const run = promisify(execFile);

type Line = { readonly kind: string } & { readonly [member: string]: unknown };

describe('sites in outages', () => {
  test('500 of them break no oracle, converge, and meet whatever is rare', async () => {
    const ended = await run(process.execPath, [program, '--seeds', '500', '--seed', '1'], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch((failed: { readonly stdout: string }) => failed); // what it printed says why
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const lineOf = (kind: string) => lines.find((line) => line.kind === kind);

    expect(lines.filter(({ kind }) => kind === 'violation' || kind === 'repeat')).toEqual([]);
    expect(lineOf('result')).toMatchObject({ seeds: 500, failed: [], violations: {} });
    expect(lineOf('sometimes')).toMatchObject({ never: [] });
    expect(lineOf('coverage')?.['share']).toBeGreaterThan(0.93);
  }, 900_000);

  test.each([3, 14])(
    'seed %i is the same each time, to the byte',
    async (seed) => {
      const [one, other] = [await play({ seed }), await play({ seed })];

      expect(other.fingerprint).toBe(one.fingerprint);
    },
    60_000,
  );
});

describe('a supervisor that comes back', () => {
  test('restarts no plugin that it lost in its last life, and that goes on with its run in this one', async () => {
    const drawn = { pick: 0.32, strength: 0.25 };
    const { violations } = await play({
      seed: 9014,
      strikes: [
        {
          kind: 'plugin-hang',
          when: { state: 'synchronization.run.running.phase.transferring', nth: 1, laterMs: 172 },
          lastsMs: 600_000,
          ...drawn,
        },
        { kind: 'fsync-error', when: { state: 'escalation.claiming', nth: 1, laterMs: 0 }, lastsMs: 547_268, ...drawn },
      ],
    });

    expect(violations).toEqual([]);
  }, 60_000);
});

describe('a clock that is set forward', () => {
  test('makes no run stalled: nothing is restarted while it progresses', async () => {
    const { violations } = await play({
      seed: 8561,
      strikes: [
        {
          kind: 'cut-half-open',
          when: { state: 'synchronization.run.running.phase.transferring', nth: 1, laterMs: 79 },
          lastsMs: 600_000,
          pick: 0.49,
          strength: 0.76,
        },
        {
          kind: 'clock-jump',
          when: { state: 'escalation.proving', nth: 2, laterMs: 23 },
          lastsMs: 51_232,
          pick: 0.24,
          strength: 0.447,
        },
      ],
    });

    expect(violations).toEqual([]);
  }, 60_000);
});

/** Each defect with the first seed at which an oracle notices it: the table of docs/testing.md. */
const firstSeeds: { readonly [mutation: string]: number } = {
  'ignore-hold': 11,
  'act-before-commit': 1,
  'act-twice': 39,
  'yellow-as-failure': 3,
  'count-absence': 13,
  'forget-flush': 1,
  'forget-use': 18,
  'forget-checkpoint': 1,
  'climb-while-progressing': 23,
  'never-reset-backoff': 2,
  'delete-on-partial-list': 25,
};
/** So many seeds further on it is noticed again, whatever else has changed in the product since the table was made. */
const seedsMore = 100;

async function firstViolation(mutation: string, from: number): Promise<string | null> {
  for (let seed = from; seed <= from + seedsMore; seed += 1) {
    const { violations } = await play(optionsOf(seed, { mutation }));
    if (violations[0]) return violations[0].oracle;
  }
  return null;
}

describe('an oracle speaks', () => {
  test.each(Object.keys(mutations))(
    'when a defect is put in: %s',
    async (mutation) => {
      expect(await firstViolation(mutation, firstSeeds[mutation] ?? 1)).not.toBeNull();
    },
    300_000,
  );
});
