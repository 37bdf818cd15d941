/** Several real processes race for one component; at no time are two of them inside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'syncwarden-race-'));
let script: string;
let built: string;

// Node 20 runs no TypeScript: compiled to a place from which its packages can be found.
beforeAll(async () => {
  const cache = join(process.cwd(), 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  built = mkdtempSync(join(cache, 'syncwarden-test-'));
  const ssr = join(import.meta.dirname, 'racing-holder.mjs');
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr, outDir: built, emptyOutDir: true, target: 'node20' },
  });
  script = join(built, readdirSync(built).find((name) => name.startsWith('racing-holder')) ?? '');
});
afterAll(() => {
  rmSync(built, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

test('three processes take turns, and nobody is inside beside another', async () => {
  const log = join(folder, 'log');
  const times = 20;
  const racers = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [script, join(folder, 'components'), log, String(times)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );

  const ends = await Promise.all(racers.map(async (racer) => (await once(racer, 'exit'))[0]));

  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(ends).toEqual([0, 0, 0]);
  expect(lines).toHaveLength(3 * times * 2);
  for (let i = 0; i < lines.length; i += 2) expect(lines[i + 1]).toBe(lines[i]?.replace('in ', 'out '));
});
