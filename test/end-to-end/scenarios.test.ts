/** The scenarios, against the real processes: simulators, proxies, supervisor and plugin host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lintSite } from '../../src/core/policy-lint.ts';
import { scenarios } from '../../src/simulator/scenarios/index.ts';
import { sitePlans } from '../../src/simulator/site/plans/index.ts';
import { siteConfig } from '../../src/simulator/site/site-config.ts';
import { parseConfig } from '../../src/supervise/config.ts';
import { Slots } from '../../src/sync/bounded-concurrency.ts';
import { jsonLines, runProgram } from '../support/program.ts';

/** Of one scenario, and of one with those that it waits for. */
const msMax = 170_000;
const withWaitingMsMax = 4 * msMax;

/** Each is a handful of processes that mostly wait: two at a time, and a machine of two cores is busy. */
const slots = new Slots(2);

async function play(scenario: string, cardholders: number) {
  const args = ['demo', '--headless', '--json', '--scenario', scenario, '--cardholders', String(cardholders)];
  const { exitCode, stdout, stderr } = await slots.run(() => runProgram(args, msMax));
  const lines = jsonLines(stdout);
  const broken = lines.flatMap(({ kind, held, what, found }) =>
    kind === 'expectation' && held === false ? [`${what}: ${found}`] : [],
  );
  return { exitCode, broken, result: lines.at(-1) ?? { stderr } };
}

const cases = [
  ['storm', 200, ['restart-proxy', 'restart-proxy']],
  ['server-hang', 300, ['restart-plugin', 'restart-plugin', 'restart-server']],
  ['supervisor-killed', 1_500, undefined],
  ['flapping', 300, []],
  ['interrupted', 1_500, undefined],
  ['plugin-hang', 1_500, undefined],
  ['proxy-dead', 600, ['restart-proxy']],
  ['incompatible', 300, []],
  ['missing-entities', 600, []],
  ['empty-source', 600, []],
  ['beside-interrupted', 300, []],
  ['beside-proxy-dead', 300, ['restart-proxy']],
  ['healthy', 600, []],
] as const;

describe('a scenario ends proven equal', () => {
  test.concurrent.each(cases)(
    '%s, with %i people',
    async (scenario, cardholders, remedies) => {
      const { exitCode, broken, result } = await play(scenario, cardholders);

      expect(broken).toEqual([]);
      expect(result).toMatchObject({ kind: 'result', scenario, proven: true });
      expect(exitCode).toBe(0);
      if (remedies) expect(result).toMatchObject({ remedies });
    },
    withWaitingMsMax,
  );

  test('and every one is played', () => {
    expect(cases.map(([name]) => name).sort()).toEqual(scenarios.map(({ name }) => name).sort());
  });

  test('and the page of the simulators says what each promises', () => {
    const page = readFileSync(new URL('../../docs/simulators.md', import.meta.url), 'utf8');
    for (const { name, site = 'single', promise } of scenarios)
      expect(page).toContain(`| \`${name}\` | ${site} | ${promise} |`);
  });
});

describe('a scenario that somebody ends early', () => {
  test('leaves no folder behind', { timeout: msMax }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'syncwarden-ended-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const program = resolve(import.meta.dirname, '../../bin/syncwarden.js');
    const args = [program, 'demo', '--headless', '--json', '--scenario', 'healthy', '--cardholders', '50'];
    const env = { ...process.env, TMPDIR: directory };
    const demo = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(demo, 'exit');
    // The promise is told when the whole site is open.
    await once(demo.stdout, 'data');
    expect(await readdir(directory)).toHaveLength(1);

    demo.kill('SIGTERM');

    expect(await ended).toEqual([1, null]);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('the configuration of a simulated site', () => {
  test.each(Object.entries(sitePlans))('is nothing that the linter would warn of: %s', async (_, planSite) => {
    const plan = await planSite({ program: 'syncwarden', cardholders: 1, seed: 1, profile: 'mp28x' });
    const text = siteConfig({ plan, controlUrl: 'http://127.0.0.1:1', data: 'data', port: 0 });

    expect(lintSite(parseConfig(text, 'reading the configuration of the demo', {}), { at: Date.now() })).toEqual([]);
  });
});
