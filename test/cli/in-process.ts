/** Runs the built command line inside the test's process: what a program's own start would cost is saved, nothing else. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { main } from '../../src/cli/main.ts';
import type { Ended } from '../support/program.ts';
import { caught } from './written.ts';

// The program reads its version beside the compiled code.
const built = resolve(import.meta.dirname, '../../dist/src/cli/main.js');

/** One command at a time: what it writes is caught. */
export async function runInProcess(args: readonly string[]): Promise<Ended> {
  if (!existsSync(built)) throw new Error('dist/ is missing: run "npm run build" first (npm test does).');
  const program = (await import(built)) as { main: typeof main };
  const { result: exitCode, written } = await caught(() => program.main(['node', 'syncwarden', ...args]));
  return { exitCode, ...written };
}
