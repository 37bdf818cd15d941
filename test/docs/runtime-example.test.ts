/** The page about the runtime shows its example as it is, and the example does what the page says. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { transformWithOxc } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorTable } from '../../src/core/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'docs/examples/thermostat.ts');
const source = await readFile(example, 'utf8');
const page = await readFile(join(root, 'docs/runtime.md'), 'utf8');

/** The contents of the page's fenced blocks in a language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text);

let program = '';
const made: string[] = [];
let scratch = '';
beforeAll(async () => {
  if (!existsSync(join(root, 'dist/.built'))) throw new Error('dist/ is missing: run "npm run build" first.');
  scratch = await mkdtemp(join(tmpdir(), 'thermostat-'));
  made.push(scratch);
  // Inside the package, so that `syncwarden/runtime` is the built entry, resolved as a user's import is.
  const folder = await mkdtemp(join(root, 'dist/example-'));
  made.push(folder);
  program = join(folder, 'thermostat.mjs');
  await writeFile(program, (await transformWithOxc(source, example)).code);
});
afterAll(async () => {
  // Only what mkdtemp has answered: a path put together from a variable that was never set could be any folder.
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

/** Runs the example; it is killed when it has printed `lastLine`, if that is given. Answers what it printed. */
async function run(directory: string, lastLine?: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line === lastLine) child.kill('SIGKILL');
  }
  return lines;
}

describe('the page about the runtime', () => {
  test('shows the example exactly', () => {
    expect(blocks('ts')[0]).toBe(source);
  });

  test('names only errors that exist', () => {
    const named = [...page.matchAll(/`(SW_[A-Z_]+)`/g)].map(([, code]) => code ?? '');

    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((code) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });

  test('foretells what the example prints, also when it is killed and run again', async () => {
    const [undisturbed, again] = blocks('text');

    expect(await run(join(scratch, 'undisturbed'))).toEqual(undisturbed?.trimEnd().split('\n'));
    const first = await run(join(scratch, 'killed'), 'The hall is heating.');
    expect(first).toEqual(undisturbed?.trimEnd().split('\n').slice(0, 2));
    expect(await run(join(scratch, 'killed'))).toEqual(again?.trimEnd().split('\n'));
  });
});
