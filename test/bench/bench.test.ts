import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines } from '../support/program.ts';

const program = resolve(import.meta.dirname, '../../dist/bench/main.js');
const directory = mkdtempSync(join(tmpdir(), 'syncwarden-bench-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [program, ...args, '--dir', directory], { timeout: 120_000 });

/** What the tables of promised speed are read from. */
const promised = {
  runtime: [
    'durable-many-senders',
    'durable-one-sender',
    'bytes-written',
    'idle-memory',
    'idle-memory-after-restart',
    'boot-folded',
    'boot-unfolded',
    'stall-p99.9',
    'stall-p99.9-checkpointing',
  ],
  sync: [
    'first-full',
    'unchanged',
    'proof',
    'one-percent-changed',
    'killed-and-resumed-requests',
    'peak-memory',
    'compare-unchanged',
  ],
  fleet: ['core-share', 'memory-each', 'decision-delay-p99', 'core-share-5x', 'memory-5x', 'decision-delay-p99-5x'],
} as const;

describe.each(['runtime', 'sync', 'fleet'] as const)('npm run bench -- %s --quick', (name) => {
  let lines: ReturnType<typeof jsonLines> = [];
  let others = 0;

  beforeAll(async () => {
    const { stdout } = await bench(name, '--quick');
    lines = jsonLines(stdout);
    others = stdout.split('\n').filter((line) => line !== '').length - lines.length;
  }, 120_000);

  test('prints one JSON object a line, and nothing else', () => {
    expect(others).toBe(0);
    for (const line of lines)
      expect(line).toEqual({
        bench: name,
        metric: expect.any(String),
        value: expect.any(Number),
        unit: expect.any(String),
        against: line['ratio'] === null ? null : expect.any(String),
        ratio: line['against'] === null ? null : expect.any(Number),
      });
  });

  test('measures everything that is promised', () => {
    expect(lines.map(({ metric }) => metric)).toEqual(expect.arrayContaining([...promised[name]]));
  });

  test('tells each metric once', () => {
    const metrics = lines.map(({ metric }) => metric);

    expect(metrics).toEqual([...new Set(metrics)]);
  });

  test('leaves no data behind', () => {
    expect(readdirSync(directory)).toEqual([]);
  });
});

test('a benchmark that does not exist is named, and so are those that do', async () => {
  const failed = await bench('runtim').catch((error: unknown) => error);

  expect(failed).toMatchObject({ code: 2, stderr: expect.stringMatching(/runtim\..*runtime\.boot/s) });
});
