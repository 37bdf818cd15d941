/** Runs the built command line program as a user does. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const program = resolve(root, 'bin/syncwarden.js');

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the program has ended; it is killed after `msMax`. */
export function runProgram(args: readonly string[], msMax = 60_000): Promise<Ended> {
  if (!existsSync(resolve(root, 'dist/.built')))
    throw new Error('dist/ is missing or half built: run "npm run build" first (npm test does).');
  return new Promise((done) => {
    const options = { timeout: msMax, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const code = error?.code;
      done({ exitCode: error ? (typeof code === 'number' ? code : -1) : 0, stdout, stderr });
    });
  });
}

/** The JSON lines of an output. */
export function jsonLines(output: string): readonly { readonly [member: string]: unknown }[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
