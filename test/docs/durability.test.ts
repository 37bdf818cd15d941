/** The page for the engineer on call names every limit with its default. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { defaultRuntimeLimits } from '../../src/runtime/embedded/limits.ts';
import { defaultStoreLimits } from '../../src/store/store-limits.ts';

const page = await readFile(resolve(import.meta.dirname, '../../docs/durability.md'), 'utf8');

const units: { readonly [unit: string]: number } = {
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  ms: 1,
  s: 1_000,
  days: 24 * 60 * 60 * 1_000,
};

/** Limits and defaults of the tables, in the units of the code. */
const told = Object.fromEntries(
  [...page.matchAll(/^\| `(\w+)` \| ([\d,]+)(?: (\w+))? \|/gm)].map(([, name, number, unit]) => [
    name,
    Number(number?.replaceAll(',', '')) * (unit === undefined ? 1 : (units[unit] ?? Number.NaN)),
  ]),
);

test('every limit stands on the page, with its default', () => {
  expect(told).toEqual({ ...defaultStoreLimits, ...defaultRuntimeLimits });
});
