import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { commandOptionsSchema, createCommandRemedy } from '../../src/remedies/command.ts';
import type { RemedyEnvironment } from '../../src/remedies/environment.ts';
import type { RemedyUse } from '../../src/remedies/remedy.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const use: RemedyUse = {
  integration: 'hq',
  rung: 'restart-proxy',
  idempotencyKey: 'hq:12.0',
  fencingToken: 3,
  startedAt: 1_000,
  signal: new AbortController().signal,
};
const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];
const sh = (script: string) => ['/bin/sh', '-c', script];
const remedy = (argv: string[], more: object = {}, environment: Partial<RemedyEnvironment> = {}) =>
  createCommandRemedy(commandOptionsSchema.parse({ kind: 'command', argv, ...more }), {
    ...{ clock: systemClock, variables: process.env, random: Math.random },
    ...environment,
  });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncwarden-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a command remedy', () => {
  test('hands over the keys, and answers what the program said', async () => {
    const said = await remedy(sh('echo $SYNCWARDEN_IDEMPOTENCY_KEY $SYNCWARDEN_FENCING_TOKEN')).act(use);

    expect(said).toBe('/bin/sh ended with code 0. It said: hq:12.0 3');
  });

  test('never goes through a shell: what looks like one is an argument', async () => {
    const said = await remedy(node('console.log(process.argv[1])', '$(id); echo & rm')).act(use);

    expect(said).toContain('$(id); echo & rm');
  });

  test.each([
    ['an exit code that is not 0', sh('echo no such service >&2; exit 5'), 'exit code 5; it said: no such service'],
    ['a program that does not exist', ['/nowhere/restart'], 'ENOENT'],
    ['a program that is killed', sh('kill -9 $$'), 'killed by SIGKILL'],
    ['an argument that no system takes', ['/bin/true', 'a\0b'], 'without null bytes'],
  ])('fails on %s, with what it said', async (_, argv, found) => {
    await expect(remedy(argv).act(use)).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining(found),
    });
  });

  test.each([
    [0, 'resolves', 'ended with code 0.'],
    [3, 'resolves', 'there was nothing left to do'],
    [75, 'rejects', { code: 'SW_NOT_NOW' }],
    [1, 'rejects', { code: 'SW_REMEDY_FAILED' }],
  ] as const)('the exit code %i means what is configured', async (code, outcome, expected) => {
    const acting = remedy(sh(`exit ${code}`), { exitCodes: { alreadyDone: [3], tryLater: [75] } }).act(use);

    if (outcome === 'resolves') expect(await acting).toContain(expected);
    else await expect(acting).rejects.toMatchObject(expected);
  });

  test('keeps the first and the last part of a long output', async () => {
    const said = await remedy(node('console.log("begin" + "x".repeat(200000) + "end")')).act(use);

    expect(said).toMatch(/It said: beginx+\n\[\.\.\. left out \.\.\.\]\nx+end$/);
    expect(said.length).toBeLessThan(2_200);
  });

  test('hides the secrets of the environment, also half of one at the edge of what is kept', async () => {
    // Long as a private key is: hidden, the text is so short that the edges of what was kept are shown.
    const secret = 'correct-horse-battery-staple-'.repeat(100);
    const variables = { ...process.env, SIPASS_PASSWORD: secret, LONG_WORDS: 'no secret' };
    const script =
      'const s = process.env.SIPASS_PASSWORD; console.log((s + "\\n").repeat(300), process.env.LONG_WORDS)';
    const refused = sh('echo "login with $SIPASS_PASSWORD failed" >&2; exit 1');

    const said = await remedy(node(script), {}, { variables }).act(use);
    const failing = remedy(refused, {}, { variables }).act(use);

    expect(said).toContain('[SIPASS_PASSWORD hidden]');
    expect(said).toContain('no secret');
    expect(said).not.toMatch(/horse|battery/);
    await expect(failing).rejects.toThrow('login with [SIPASS_PASSWORD hidden] failed');
  });

  test.each([
    ['1001', {}, true],
    ['999', {}, false],
    ['999', { clockToleranceMs: 5 }, true],
    ['Thu, 01 Jan 1970 00:00:02 GMT', {}, true],
    ['99999999999999', {}, null],
    ['never', {}, null],
  ])('a start time of "%s" says whether the restart was done', async (printed, more, done) => {
    expect(await remedy(sh(''), { statusArgv: ['/bin/echo', printed], ...more }).wasDone(use)).toBe(done);
  });

  test('without a status nothing can be known', async () => {
    expect(await remedy(sh('')).wasDone(use)).toBeNull();
  });

  test('a program that leaves a daemon behind is done when it ends itself', async () => {
    const said = await remedy(sh(`sleep 300 & echo $! >${folder}/pid; echo started`)).act(use);

    expect(said).toContain('started');
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  });
});

/** Dead, or waiting for nobody but its parent to notice. */
function isGone(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\)/, ''));
  } catch {
    return true;
  }
}

/** A shell, its child, and a grandchild that will not hear of ending; each writes its number. */
const tree = () =>
  sh(`
    cd ${folder}
    (trap '' TERM; sh -c 'trap "" TERM; echo $$ >grandchild; sleep 300; sleep 300' & wait; wait) &
    echo $! >child; echo $$ >parent
    wait`);
const pidsOfTree = () =>
  vi.waitFor(
    () =>
      ['parent', 'child', 'grandchild'].map((name) => {
        const pid = Number(readFileSync(join(folder, name), 'utf8'));
        expect(pid).toBeGreaterThan(1);
        return pid;
      }),
    { timeout: 20_000, interval: 10 },
  );

/** Lets time pass until the work has come to an end. */
async function untilSettled(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  work.then(done, done);
  while (!settled) await clock.tick();
}

describe.skipIf(process.platform === 'win32')('a program that does not end by itself', () => {
  test('is ended with all that it has started when its time is up', async () => {
    const clock = new VirtualClock();
    const acting = remedy(tree(), { timeoutMs: 60_000 }, { clock }).act(use);
    const pids = await pidsOfTree();

    const failing = expect(acting).rejects.toMatchObject({
      code: 'SW_REMEDY_FAILED',
      message: expect.stringContaining('no end within 60000 ms'),
    });
    await untilSettled(clock, acting);

    await failing;
    await vi.waitFor(() => expect(pids.map(isGone)).toEqual([true, true, true]), 10_000);
  });

  test('is ended with all that it has started when the use is aborted, and throws its reason', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const acting = remedy(tree(), {}, { clock }).act({ ...use, signal: controller.signal });
    const pids = await pidsOfTree();

    const failing = expect(acting).rejects.toThrow('cancelled by a person');
    controller.abort(new Error('cancelled by a person'));
    await untilSettled(clock, acting);

    await failing;
    await vi.waitFor(() => expect(pids.map(isGone)).toEqual([true, true, true]), 10_000);
  });

  test('is asked first, and has a while to clean up', async () => {
    const controller = new AbortController();
    const script = `trap 'echo tidy >${folder}/tidied; exit' TERM; echo $$ >${folder}/parent; while :; do sleep 0.05; done`;
    const acting = remedy(sh(script)).act({ ...use, signal: controller.signal });
    await vi.waitFor(() => expect(readFileSync(join(folder, 'parent'), 'utf8')).not.toBe(''), { timeout: 20_000 });

    controller.abort(new Error('stop'));
    await expect(acting).rejects.toThrow('stop');

    expect(readFileSync(join(folder, 'tidied'), 'utf8')).toBe('tidy\n');
  });

  test('is not even started under a signal that has aborted', async () => {
    const signal = AbortSignal.abort(new Error('too late'));

    await expect(remedy(sh(`echo >${folder}/ran`)).act({ ...use, signal })).rejects.toThrow('too late');
    expect(() => readFileSync(join(folder, 'ran'))).toThrow('ENOENT');
  });
});
