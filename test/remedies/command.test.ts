import { describe, expect, test } from 'vitest';
import { commandOptionsSchema, createCommandRemedy } from '../../src/remedies/command.ts';
import type { RemedyUse } from '../../src/remedies/remedy.ts';

const use: RemedyUse = {
  integration: 'hq',
  rung: 'restart-proxy',
  idempotencyKey: 'hq:12.0',
  fencingToken: 3,
  startedAt: 1_000,
  signal: new AbortController().signal,
};
const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];
const remedy = (argv: string[], more: object = {}) =>
  createCommandRemedy(commandOptionsSchema.parse({ kind: 'command', argv, ...more }), process.env);

describe('a command remedy', () => {
  test('hands over the keys, and answers what the program said', async () => {
    const said = await remedy(
      node('console.log(process.env.SYNCWARDEN_IDEMPOTENCY_KEY, process.env.SYNCWARDEN_FENCING_TOKEN)'),
    ).act(use);

    expect(said).toContain('hq:12.0 3');
  });

  test('never goes through a shell: what looks like one is an argument', async () => {
    const said = await remedy(node('console.log(process.argv[1])', '$(id); echo & rm')).act(use);

    expect(said).toContain('$(id); echo & rm');
  });

  test.each([
    ['an exit code that is not 0', node('console.error("no such service"); process.exit(5)'), 'no such service'],
    ['a program that does not exist', ['/nowhere/restart'], 'ENOENT'],
  ])('fails on %s, with what it said', async (_, argv, found) => {
    await expect(remedy(argv).act(use)).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining(found),
    });
  });

  test('ends a program that does not end in its time', async () => {
    await expect(remedy(node('setInterval(() => {}, 1000)'), { timeoutMs: 300 }).act(use)).rejects.toMatchObject({
      message: expect.stringContaining('no end within 300 ms'),
    });
  });

  test.each([
    ['1001', true],
    ['999', false],
    ['Thu, 01 Jan 1970 00:00:02 GMT', true],
    ['never', null],
  ])('a start time of "%s" says whether the restart was done', async (printed, done) => {
    const statusArgv = node(`console.log(${JSON.stringify(printed)})`);

    expect(await remedy(node(''), { statusArgv }).wasDone(use)).toBe(done);
  });

  test('without a status nothing can be known', async () => {
    expect(await remedy(node('')).wasDone(use)).toBeNull();
  });
});
