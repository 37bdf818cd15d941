/**
 * Runs benchmarks, all or those named, and prints one JSON object a line, see harness/line.ts.
 *
 *   npm run bench -- [NAME...] [--quick] [--dir DIR] [--profile]
 *
 * NAME is a benchmark (`runtime`) or one of its cases (`runtime.boot`). Each case runs in a process of its own, so that
 * it finds neither the heap nor the compiled code of another.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmarks } from './cases.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** A smoke test: everything is done, on so little that the figures mean nothing. */
    quick: { type: 'boolean', default: false },
    /** Where the data goes. Give a directory on the disk that is to be measured; /tmp is often memory. */
    dir: { type: 'string', default: 'bench/.data' },
    /** Leaves a CPU profile of each case in DIR/profiles, to be opened in the developer tools of a browser. */
    profile: { type: 'boolean', default: false },
  },
});

const all = Object.entries(benchmarks).flatMap(([bench, cases]) =>
  Object.keys(cases).map((name) => `${bench}.${name}`),
);
const isAsked = (name: string) =>
  positionals.length === 0 || positionals.some((asked) => asked === name || name.startsWith(`${asked}.`));
const unknown = positionals.filter((asked) => !all.some((name) => name === asked || name.startsWith(`${asked}.`)));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}

const root = resolve(values.dir);
for (const name of all.filter(isAsked)) {
  const directory = join(root, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${join(root, 'profiles', name)}`] : [];
  const program = join(import.meta.dirname, 'run-case.js');
  // As plugin hosts are started.
  const heap = name.startsWith('sync.') ? ['--max-semi-space-size=32'] : [];
  const args = ['--expose-gc', ...heap, ...profile, program, name, directory, values.quick ? 'quick' : 'full'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  rmSync(directory, { recursive: true, force: true });
  if (status !== 0) process.exit(status ?? 1);
}
