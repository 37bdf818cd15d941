/** The page about connectors shows its example as it is, and the example keeps the contract that the page teaches. */
import '../../docs/examples/roster-source.test.ts'; // the suite that the page shows, registered here
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRosterSource } from '../../docs/examples/roster-source.ts';
import { fileSourceOptionsSchema } from '../../src/connectors/file/options.ts';
import { errorTable } from '../../src/core/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/connectors.md'), 'utf8');

/** The contents of the page's fenced blocks in a language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');

describe('the page about connectors', () => {
  test('shows the example and its test exactly', async () => {
    for (const name of ['roster-source.ts', 'roster-source.test.ts'])
      expect(blocks('ts')).toContain(await readFile(join(root, 'docs/examples', name), 'utf8'));
  });

  test('names only errors that exist', () => {
    const named = [...page.matchAll(/`(SW_[A-Z_]+)`/g)].map(([, code]) => code ?? '');

    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((code) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });

  test('gives options of files that can be read', () => {
    const [options] = blocks('json');

    expect(fileSourceOptionsSchema.safeParse(JSON.parse(options ?? '')).success).toBe(true);
  });

  test('names every capability', async () => {
    const seam = await readFile(join(root, 'src/connectors/connector.ts'), 'utf8');
    const declared = [...seam.matchAll(/interface (?:Source|Target)Capabilities \{([\s\S]*?)\n\}/g)].flatMap(
      ([, body]) => [...(body ?? '').matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name ?? ''),
    );

    expect(declared.length).toBeGreaterThan(10);
    expect([...new Set(declared)].filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

test('a roster that is not there is unreachable, never empty', async () => {
  const source = createRosterSource('http://127.0.0.1:1');

  await expect(source.walk('person', null, new AbortController().signal)).rejects.toMatchObject({
    code: 'SW_UNREACHABLE',
  });
});
