/** What goes wrong at the command line ends in one sentence with a code and what to do, never in a stack trace. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import { runProgram } from '../support/program.ts';

const page = await readFile(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

let directory: string;
let taken: Server;
let takenPort: number;
let config: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncwarden-cli-'));
  config = join(directory, 'site.yaml');
  await writeFile(config, example);
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  takenPort = (taken.address() as { port: number }).port;
});

afterAll(async () => {
  taken.close();
  await rm(directory, { recursive: true, force: true });
});

function expectSentence(stderr: string, code: string) {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${code}: .+`));
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('the command line', () => {
  test('names a configuration that cannot be read', async () => {
    const { exitCode, stderr } = await runProgram(['run', '--config', join(directory, 'none.yaml')]);

    expectSentence(stderr, 'SW_CONFIG_UNREADABLE');
    expect(exitCode).toBe(2);
  });

  test('names the key of a configuration that is wrong', async () => {
    const wrong = join(directory, 'wrong.yaml');
    await writeFile(wrong, example.replace('profile: mp28x', 'profile: mp99'));
    const { exitCode, stderr } = await runProgram(['run', '--config', wrong]);

    expectSentence(stderr, 'SW_CONFIG_INVALID');
    expect(stderr).toContain('integrations.0.source.profile');
    expect(exitCode).toBe(2);
  });

  test('names a port that is taken, and leaves the data directory free', async () => {
    const data = join(directory, 'data-port');
    const args = ['run', '--config', config, '--port', String(takenPort), '--data', data];
    const { exitCode, stderr } = await runProgram(args);

    expectSentence(stderr, 'SW_PORT_IN_USE');
    expect(exitCode).toBe(2);
    const store = await openEmbeddedStore({ directory: data, clock: systemClock });
    expect([...store.recovered.records.keys()]).toContain('headquarters'); // what was begun is kept
    await store.close();
  });

  test('names the process that holds the data directory', async () => {
    const data = join(directory, 'data-locked');
    const store = await openEmbeddedStore({ directory: data, clock: systemClock });
    const { exitCode, stderr } = await runProgram(['run', '--config', config, '--port', '0', '--data', data]);
    await store.close();

    expectSentence(stderr, 'SW_DATA_LOCKED');
    expect(stderr).toContain(String(process.pid));
    expect(exitCode).toBe(2);
  });

  test('checks a configuration without starting anything', async () => {
    const right = await runProgram(['config', 'check', '--config', config]);
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringContaining('headquarters: https://')]);

    const { exitCode, stderr } = await runProgram(['config', 'check', '--config', join(directory, 'none.yaml')]);
    expectSentence(stderr, 'SW_CONFIG_UNREADABLE');
    expect(exitCode).toBe(2);
  });

  test('status without a supervisor says so', async () => {
    const { exitCode, stderr } = await runProgram(['status', '--url', 'http://127.0.0.1:1']);

    expectSentence(stderr, 'SW_UNREACHABLE');
    expect(exitCode).toBe(3);
  });

  test.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['status', '--frobnicate']],
    ['an unknown option of an inner command', ['simulate', 'sipass', '--frobnicate']],
    ['a scenario that does not exist', ['demo', '--headless', '--scenario', 'frobnicate']],
    ['a number that is none', ['demo', '--cardholders', 'many']],
    ['a missing configuration', ['run']],
  ])('refuses %s with a sentence', async (_, args) => {
    const { exitCode, stderr } = await runProgram(args);

    expectSentence(stderr, 'SW_USAGE');
    expect(exitCode).toBe(2);
  });

  test('ends without a word when nobody reads on', async () => {
    const args = [resolve(import.meta.dirname, '../../bin/syncwarden.js'), 'config', 'check', '--config', config];
    const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    program.stdout.destroy(); // before it can print anything
    const said: Buffer[] = [];
    program.stderr.on('data', (part) => said.push(part));
    const [exitCode] = await once(program, 'close');

    expect([exitCode, Buffer.concat(said).toString()]).toEqual([141, '']);
  });

  test('supervises on when nobody reads its log, and ends when it is asked to', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    const program = resolve(import.meta.dirname, '../../bin/syncwarden.js');
    const args = ['run', '--config', config, '--port', String(port), '--data', join(directory, 'data-unread')];
    const supervisor = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    supervisor.stdout.destroy();
    supervisor.stderr.destroy();

    const status = () =>
      fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) }).then(
        (reply) => reply.status,
        () => null,
      );
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
    supervisor.kill('SIGTERM');

    expect(await once(supervisor, 'close')).toEqual([0, null]);
  }, 40_000);

  test('shows its help and its version', async () => {
    expect((await runProgram(['--help'])).stdout).toContain('demo');
    expect((await runProgram(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
