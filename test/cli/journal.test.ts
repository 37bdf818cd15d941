/** The command `syncwarden journal`, on the data directory that a real run has left. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import { jsonLines, runProgram } from '../support/program.ts';

let parent: string;
/** What a demonstration has left; tests that change something copy it. */
let data: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'syncwarden-journal-'));
  const run = ['demo', '--headless', '--json', '--scenario', 'healthy', '--cardholders', '300'];
  expect((await runProgram([...run, '--data', join(parent, 'run')])).exitCode).toBe(0);
  data = join(parent, 'run', 'data');
}, 60_000);

afterAll(() => rm(parent, { recursive: true, force: true }));

let copies = 0;
/** A copy whose oldest segment is changed. */
async function tampered(change: (content: Buffer) => Buffer): Promise<string> {
  const copy = join(parent, `copy-${++copies}`);
  await cp(data, copy, { recursive: true });
  const segment = join(copy, 'journal', '000000000001.log');
  await writeFile(segment, change(await readFile(segment)));
  return copy;
}

const flippedInTheMiddle = (content: Buffer) => {
  const at = content.length >> 1;
  content[at] = (content[at] ?? 0) ^ 1;
  return content;
};

/** Every file with its content. */
async function filesOf(directory: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.sort().map(async (path) => [path, await readFile(path, 'latin1')] as const));
}

const journal = (...args: readonly string[]) => runProgram(['journal', ...args]);

describe('journal print', () => {
  test('tells every step in a line: number, time, instance, event, what it changed and why', async () => {
    const { exitCode, stdout } = await journal('print', '--data', data);

    const lines = stdout.trim().split('\n');
    expect(exitCode).toBe(0);
    expect(lines.find((line) => line.includes(' hq: '))).toMatch(
      /^\d+ \d{4}-\d\d-\d\dT[\d:.]+Z hq: xstate\.init; now .*connection\.probing/,
    );
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(lines.map((_, index) => index + 1));
    expect(stdout).toMatch(/xstate\.done\.actor\.synchronize; now .*synchronization\.run\.succeeded/);
  });

  test('gives scripts one object a line, and only what is asked for', async () => {
    const all = jsonLines((await journal('print', '--data', data, '--json')).stdout);
    const last = jsonLines((await journal('print', '--data', data, '--json', '--last', '2')).stdout);
    const after = jsonLines((await journal('print', '--data', data, '--json', '--after', '5')).stdout);
    const none = await journal('print', '--data', data, '--key', 'nobody');

    expect(all.every(({ kind }) => kind === 'step')).toBe(true);
    expect(last).toEqual(all.slice(-2));
    expect(after).toEqual(all.slice(5));
    expect(none).toMatchObject({ exitCode: 0, stdout: '' });
  });
});

describe('journal check', () => {
  test('finds nothing wrong with what a run has left', async () => {
    const { exitCode, stdout } = await journal('check', '--data', data);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('owner        nobody');
    expect(stdout).toMatch(/journal +1 segments, \d+ bytes: \d+ entries of [1-9] instances/);
    expect(stdout).toContain('Everything is sound.');
  });

  test('works beside the owner, names it, and changes nothing', async () => {
    const copy = await tampered((content) => content);
    const store = await openEmbeddedStore({ directory: copy, clock: systemClock });
    const before = await filesOf(copy);

    const check = await journal('check', '--data', copy);
    const print = await journal('print', '--data', copy);

    expect([check.exitCode, print.exitCode]).toEqual([0, 0]);
    expect(check.stdout).toContain(`owner        process ${process.pid} on `);
    expect(await filesOf(copy)).toEqual(before);
    await store.close();
  });

  test('damage is told with its place and the command that heals it, which then does', async () => {
    const copy = await tampered(flippedInTheMiddle);

    const check = await journal('check', '--data', copy);
    expect(check.exitCode).toBe(1);
    expect(check.stdout).toMatch(/DAMAGE +000000000001\.log at byte \d+: \d+ bytes are damaged/);
    expect(check.stdout).toMatch(/entries \d+ to \d+ are missing/);
    expect(check.stdout).toContain(`journal check --data ${copy} --salvage`);

    const salvage = await journal('check', '--data', copy, '--salvage');
    expect(salvage.stdout).toMatch(/Salvaged: [1-9]\d* entries are lost/);
    expect(salvage.stdout).toContain('Everything is sound.');
    expect(salvage.exitCode).toBe(0);
    expect(await readdir(join(copy, 'damaged'))).toEqual(['2-000000000001.log']);
    const store = await openEmbeddedStore({ directory: copy, clock: systemClock });
    expect([...store.recovered.records.keys()]).toContain('hq');
    await store.close();
  });

  test('an unfinished end is no damage', async () => {
    const copy = await tampered((content) => content.subarray(0, content.length - 5));

    const { exitCode, stdout } = await journal('check', '--data', copy);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/unfinished +\d+ bytes, which opening cuts off/);
  });

  test('a salvage with nothing to do says so', async () => {
    const copy = await tampered((content) => content);

    const { exitCode, stdout } = await journal('check', '--data', copy, '--salvage');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing had to be salvaged.');
  });

  test.each([
    ['a directory that is none of ours', () => parent, 'SW_USAGE', 'the directory that the configuration calls "data"'],
    ['one that is not there', () => join(parent, 'nowhere'), 'SW_DATA_UNWRITABLE', 'no such file or directory'],
  ])('%s is refused with a sentence', async (_, directory, code, sentence) => {
    for (const command of ['check', 'print', 'export']) {
      const { exitCode, stderr } = await journal(command, '--data', directory());
      expect(exitCode).toBeGreaterThan(1);
      expect(stderr).toContain(`${code}: `);
      expect(stderr).toContain(sentence);
    }
  });
});

describe('journal export', () => {
  test('gives every entry with its whole record, then the newest record of each instance', async () => {
    const { exitCode, stdout } = await journal('export', '--data', data);

    const lines = jsonLines(stdout) as readonly {
      readonly kind: string;
      readonly entry: object;
      readonly record: object;
    }[];
    const entries = lines
      .filter(({ kind }) => kind === 'entry')
      .map(({ entry }) => entry as { key: string; record: object });
    const instances = lines.filter(({ kind }) => kind === 'instance');
    expect(exitCode).toBe(0);
    expect(entries.length + instances.length).toBe(lines.length);
    const newest = new Map(entries.map(({ key, record }) => [key, record]));
    expect(new Map(instances.map(({ record }) => [(record as { key: string }).key, record]))).toEqual(newest);
    expect(entries[0]).toMatchObject({ seq: 1, before: null, record: { v: 1, step: 1 } });
  });

  test('writes a file, and overwrites none', async () => {
    const out = join(parent, 'export.jsonl');

    const first = await journal('export', '--data', data, '--out', out);
    const second = await journal('export', '--data', data, '--out', out);

    expect(first).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await readFile(out, 'utf8')).toBe((await journal('export', '--data', data)).stdout);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain('nothing is overwritten');
  });
});
