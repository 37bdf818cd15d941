/** The commands that ask a running supervisor, as a person and as a script runs them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CodedError } from '../../src/core/errors.ts';
import { jsonLines, runProgram } from '../support/program.ts';
import { runInProcess } from './in-process.ts';
import { type Supervised, startSupervised } from './supervised.ts';

let supervised: Supervised;

beforeAll(async () => {
  supervised = await startSupervised();
  await run('sync', 'hq', '--mode', 'full', '--wait');
});
afterAll(() => supervised.close());
beforeEach(() => {
  Object.assign(supervised.sides, { source: 5, target: 5, differences: [], rejected: [], failure: null });
  supervised.sides.runs.length = 0;
});

const run = (...args: string[]) => runInProcess([...args, '--url', supervised.url]);
const runJson = async (...args: string[]) => {
  const { exitCode, stdout } = await run(...args, '--json');
  return { exitCode, lines: jsonLines(stdout) };
};
const rejected = (key: string) => ({
  type: 'credential',
  key,
  because: 'refused' as const,
  reason: { code: 'SW_REFUSED', message: 'The card number is taken.' },
  origin: { kind: 'cardholder', key },
  firstAt: 0,
  lastAt: 60_000,
  tries: 2,
  nextTryAt: 960_000,
});

describe('sync', () => {
  test('waits for the end of the run, tells it, and ends with 0 when it succeeds', async () => {
    const { exitCode, stdout } = await run('sync', 'hq', '--wait');

    expect(stdout).toContain(
      'hq: succeeded, proven equal.\n  3 created, 2 updated, 1 deleted, 4 unchanged, 0 rejected',
    );
    expect(stdout).toMatch(/cardholder +5 in the source, 5 in the target/);
    expect(exitCode).toBe(0);
  });

  test('ends with 1 when the run does not succeed, and with 0 when nobody waits', async () => {
    supervised.sides.target = 4;

    const { exitCode, lines } = await runJson('sync', 'hq', '--wait');

    expect([exitCode, lines]).toMatchObject([1, [{ kind: 'run-ended', status: 'incomplete' }]]);
    expect((await runJson('sync', 'hq')).lines).toEqual([{ kind: 'accepted', integration: 'hq', mode: 'delta' }]);
  });

  test('hands over the mode, the types and the approval', async () => {
    await run('sync', 'hq', '--mode', 'full', '--types', 'cardholder', '--approve-deletes', '--wait');

    expect(supervised.sides.runs).toEqual([{ mode: 'full', types: ['cardholder'], approveDeletes: true }]);
  });

  test('tells what a run would write, and writes nothing', async () => {
    Object.assign(supervised.sides, { source: 9 });

    const { exitCode, stdout } = await run('sync', 'hq', '--dry-run');

    expect(stdout).toMatch(/^A run would write:\n {2}cardholder +4 to create, 0 to change, 0 to delete, 0 rejected\n$/);
    expect([exitCode, supervised.sides.runs]).toEqual([0, []]);
  });

  test('refuses a type that does not exist, by the names of those that do', async () => {
    const { exitCode, stderr } = await run('sync', 'hq', '--types', 'unicorn');

    expect(stderr).toMatch(/^SW_USAGE: .*cardholder.*unicorn/);
    expect(exitCode).toBe(2);
  });
});

describe('comparisons', () => {
  test.each([
    [5, 0],
    [4, 1],
  ])('refresh and verify with %i in the target end with %i', async (target, expected) => {
    await run('sync', 'hq', '--wait');
    supervised.sides.target = target;

    const refreshed = await runJson('refresh', 'hq');
    const verified = await runJson('verify', 'hq');

    expect(refreshed).toMatchObject({ exitCode: expected, lines: [{ kind: 'refreshed', equal: expected === 0 }] });
    expect(verified).toMatchObject({ exitCode: expected, lines: [{ kind: 'verified', equal: expected === 0 }] });
  });

  test('verify names the types that differ', async () => {
    supervised.sides.target = 3;

    expect((await run('verify', 'hq')).stdout).toMatch(/DIFFERENT\n {2}cardholder +2 missing, 0 surplus, 0 different/);
  });

  test('a side that does not answer is no difference: exit code 3, with the sentence', async () => {
    supervised.sides.failure = CodedError.revive('SW_UNREACHABLE', 'SiPass does not answer.');

    expect(await run('refresh', 'hq')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('SW_UNREACHABLE'),
    });
    expect(await run('diff', 'hq')).toMatchObject({ exitCode: 3, stderr: 'SW_UNREACHABLE: SiPass does not answer.\n' });
    expect(await run('verify', 'hq')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^SW_UNREACHABLE: .*SiPass does not answer\.$/m),
    });
  });

  test('diff is read by a person, and parsed by a script', async () => {
    expect(await run('diff', 'hq')).toMatchObject({ exitCode: 0, stdout: 'Nothing differs.\n' });
    supervised.sides.differences = [
      { action: 'create', type: 'cardholder', key: '7' },
      {
        action: 'change',
        type: 'cardholder',
        key: '8',
        id: 'id-8',
        fields: [{ name: 'lastName', source: 'Muster', target: 'Master' }],
      },
      { action: 'delete', type: 'door', key: '9', id: 'id-9' },
    ];

    const { exitCode, stdout } = await run('diff', 'hq');
    const script = await runJson('diff', 'hq', '--types', 'cardholder', '--limit', '1');

    expect(stdout).toBe(
      [
        '+ create cardholder 7',
        '~ change cardholder 8 (id-8)',
        '    lastName: "Master" -> "Muster"',
        '- delete door 9 (id-9)',
        '3 differences.',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
    expect(script).toEqual({
      exitCode: 1,
      lines: [
        { kind: 'difference', action: 'create', type: 'cardholder', key: '7' },
        { kind: 'end', count: 1, complete: false },
      ],
    });
  });
});

describe('single records', () => {
  test('entity tells what became of each entity, and ends with 1 when one is rejected', async () => {
    expect(await run('entity', 'hq', 'cardholder', '7')).toMatchObject({
      exitCode: 0,
      stdout: 'updated cardholder 7 (id-7)\n',
    });
    expect(await run('entity', 'hq', 'cardholder', 'bad')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('rejected credential bad: The card number is taken.'),
    });
    expect((await run('entity', 'hq', 'cardholder', 'none')).stdout).toBe(
      'cardholder none yields nothing in the target.\n',
    );
  });

  test('rejected lists all pages, tries again, and forgets', async () => {
    supervised.sides.rejected = Array.from({ length: 450 }, (_, index) => rejected(String(index)));

    const listed = await runJson('rejected', 'hq', 'list');
    expect([listed.exitCode, listed.lines.length, listed.lines.at(-1)]).toMatchObject([1, 450, { key: '449' }]);
    expect((await run('rejected', 'hq', 'list')).stdout).toContain(
      'credential 0: refused (SW_REFUSED): The card number is taken. [2 tries since 1970-01-01T00:00:00.000Z, tried again 1970-01-01T00:16:00.000Z]',
    );

    expect((await runJson('rejected', 'hq', 'retry', '--all')).lines).toMatchObject([{ kind: 'retried', count: 450 }]);
    expect((await runJson('rejected', 'hq', 'drop', 'credential', '7')).lines).toMatchObject([{ count: 1 }]);
    expect((await run('rejected', 'hq', 'drop')).exitCode).toBe(2);
  });
});

describe('runs, index and holds', () => {
  test('runs shows the last and the next one, and takes over from another owner', async () => {
    supervised.sides.leaseOf = 'elsewhere (process 7)';

    expect((await run('runs', 'hq')).stdout).toMatch(/no run is under way[\s\S]*next {2}delta, 2/);
    expect((await run('runs', 'hq', 'takeover')).stdout).toBe(
      'The run of hq was taken over from elsewhere (process 7).\n',
    );
    expect((await run('runs', 'hq', 'takeover')).stdout).toBe('Nobody held a run of hq.\n');
  });

  test('index rebuild tells what it found', async () => {
    expect((await run('index', 'hq', 'rebuild')).stdout).toMatch(/rebuilt from the target\.\n {2}cardholder +5\n$/);
  });

  test('a hold stops what writes until it is released', async () => {
    expect((await run('hold', 'hq', 'place', 'works', '--reason', 'Update')).exitCode).toBe(0);
    const refused = await run('index', 'hq', 'rebuild');
    const released = await run('hold', 'hq', 'release', 'works');

    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringMatching(/^SW_NOT_NOW: .*the hold "works"/)]);
    expect(released.exitCode).toBe(0);
    expect((await run('hold', 'hq', 'release', 'works')).stderr).toMatch(/^SW_NOT_FOUND/);
  });
});

describe('every command', () => {
  const commands = [
    ['sync', 'nowhere'],
    ['refresh', 'nowhere'],
    ['verify', 'nowhere'],
    ['diff', 'nowhere'],
    ['entity', 'nowhere', 'cardholder', '7'],
    ['rejected', 'nowhere'],
    ['index', 'nowhere', 'rebuild'],
    ['runs', 'nowhere'],
    ['hold', 'nowhere', 'place', 'works'],
  ];

  test.each(commands)('says that an integration is unknown, and which are known: %s', async (...args) => {
    expect(await run(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^SW_NOT_FOUND: .*hq/) });
  });

  test('is one of the program, and its exit code that of the process: 3 without a supervisor', async () => {
    const { exitCode, stdout } = await runProgram(['verify', 'hq', '--json', '--url', 'http://127.0.0.1:1']);

    expect([exitCode, jsonLines(stdout)]).toMatchObject([3, [{ kind: 'error', code: 'SW_UNREACHABLE' }]]);
  });
});
