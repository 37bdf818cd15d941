/** The contract suite finds out a source that breaks a promise: a suite that every source passes proves nothing. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let failed: { readonly [suite: string]: readonly string[] };

beforeAll(async () => {
  // Without what the vitest around it has set for its own workers.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$)/.test(name)));
  const run = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'run-liars.mjs'), root], { env });
  failed = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}');
});

const failedFor = (liar: string) => failed[`${liar} keeps the contract of a source`];

describe('the suite of sources', () => {
  test('passes an honest one', () => {
    expect(failedFor('no lie')).toEqual([]);
  });

  test.each([
    ['a total that is wrong', 'exact totals are the number of records; where totals are `none`, none is stated'],
    ['a total where none is stated', 'exact totals are the number of records; where totals are `none`, none is stated'],
    ['a feed that is not declared', 'a change feed is there if, and only if, it is declared'],
    ['a volatile member that is there', 'volatile members are in no record'],
    ['versions that are not there', 'every record has a version if, and only if, versions are declared'],
    ['a version that stays', 'a version changes when the content does'],
    ['a feed that forgets changes', 'a change is seen once, as the record is now, or a whole walk is asked for'],
    ['a feed that repeats itself for ever', 'a removal is named, where removals are'],
    [
      'a feed that takes any bookmark',
      'a bookmark of another making asks for a whole walk, and gives one to go on from',
    ],
    ['a failure that looks empty', 'an unknown kind is refused, never empty'],
  ])('finds out %s', (liar, by) => {
    expect(failedFor(liar)).toContain(by);
  });
});
