/** The page about the ladder names every key of a policy, with the default that it has. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ladderPolicySchema, rungSchema } from '../../machines/escalation/ladder-policy.ts';
import { fleetPolicySchema } from '../../machines/fleet/memory.ts';

const page = await readFile(resolve(import.meta.dirname, '../../docs/ladder.md'), 'utf8');

/** The rows of a section: each key with its cell of the default, up to a bound after a comma. */
function rowsOf(title: string): ReadonlyMap<string, string> {
  const [section = ''] = page.split(/\n#{2,3} /).filter((part) => part.startsWith(title));
  const rows = [...section.matchAll(/^\| ((?:`[\w.]+`(?:, )?)+) \| ([^|]+) \| /gm)];
  return new Map(
    rows.flatMap(([, keys = '', told = '']) => keys.split(', ').map((key) => [key.replaceAll('`', ''), told])),
  );
}

const rung = { id: 'one', title: 'One', remedy: 'person', impact: '-', mode: 'full' };
const fleet = fleetPolicySchema.parse({});
const { storm, ...restOfFleet } = fleet;

test.each<[string, object]>([
  ['Keys of a ladder', ladderPolicySchema.parse({})],
  ['Keys of a rung', rungSchema.parse(rung)],
  [
    '`fleet`',
    { ...Object.fromEntries(Object.entries(storm).map(([key, value]) => [`storm.${key}`, value])), ...restOfFleet },
  ],
])('%s: every key stands on the page', (title, defaults) => {
  expect([...rowsOf(title).keys()].sort()).toEqual(Object.keys(defaults).sort());
});

test.each<[string, object]>([
  ['Keys of a ladder', ladderPolicySchema.parse({})],
  ['Keys of a rung', rungSchema.parse(rung)],
  ['`fleet`', restOfFleet],
])('%s: every figure is the default', (title, defaults) => {
  const figures = (value: unknown): readonly number[] =>
    typeof value === 'number' ? [value] : Object.values(value as object).filter((one) => typeof one === 'number');
  const known = Object.entries(defaults)
    .filter(
      ([, value]) =>
        typeof value === 'number' || (value !== null && typeof value === 'object' && !Array.isArray(value)),
    )
    .map(([key, value]) => [key, figures(value)] as const)
    .filter(([, numbers]) => numbers.length > 0);
  const told = rowsOf(title);

  for (const [key, numbers] of known)
    expect([key, (told.get(key)?.match(/\d+/g) ?? []).map(Number).slice(0, numbers.length)]).toEqual([key, numbers]);
});
