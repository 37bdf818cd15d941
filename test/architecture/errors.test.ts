import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../src/core/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
const documented = [...page.matchAll(/^\| `(SW_[A-Z_]+)` \| (\d) \| (.+) \|$/gm)].map(([, code, exit, means]) => ({
  code,
  exit: Number(exit),
  means,
}));

describe('the error table', () => {
  test('is the page docs/errors.md, in both directions', () => {
    const table = Object.entries(errorTable).map(([code, { exit, means }]) => ({ code, exit, means }));

    expect(documented).toEqual(table);
  });

  test('has no code that nothing throws', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== join('core', 'errors.ts'))
      .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
      .join('\n');

    expect(Object.keys(errorTable).filter((code) => code !== 'SW_INTERNAL' && !sources.includes(code))).toEqual([]);
  });
});
