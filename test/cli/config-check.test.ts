/** `config check`: findings, timetables, and what keeps a configuration from being used. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configCommand } from '../../src/cli/config.ts';
import { judgeSite } from '../../src/cli/config-findings.ts';
import { parseConfig } from '../../src/supervise/config.ts';
import { runCommand } from './written.ts';

const page = (name: string) => readFile(resolve(import.meta.dirname, `../../docs/${name}`), 'utf8');
const examplesOf = (text: string) => [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml as string);
const [example = ''] = examplesOf(await page('configuration.md'));
const at = ['--at', '2026-03-02T10:00:00Z'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncwarden-check-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function check(yaml: string, ...flags: string[]) {
  const config = join(directory, 'site.yaml');
  await writeFile(config, yaml);
  return await runCommand(configCommand, ['check', '--config', config, ...at, ...flags]);
}

const ladderOf = (text: string) => example.replace('confirmMs: 30000', text);

describe('config check', () => {
  test('prints what happens when, if nothing helps', async () => {
    const { stdout, exitCode } = await check(example);

    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'headquarters: https://sipass.example:8745 -> https://directory.example:4590/WebSdk; ladder: synchronize, synchronize-full, restart-plugin, restart-server, restart-proxy, then a person',
      'If nothing helps, from the deviation on:',
      '  earliest  latest   what                                                    cost    a person',
      '  0:00:30   0:01:30  Start a synchronization (synchronize)                   low',
      '  0:00:30   0:04:30  Start a full synchronization (synchronize-full)         medium',
      '  0:00:35   0:07:35  Start a full synchronization (synchronize-full, try 2)  medium',
      '  0:00:35   0:10:35  Restart the plugin (restart-plugin)                     medium',
      '  0:02:35   0:15:51  Restart the plugin (restart-plugin, try 2)              medium',
      '  0:02:50   0:21:06  Restart the server of the plugin (restart-server)       high',
      '  0:03:05   0:26:21  Restart the SiPass proxy service (restart-proxy)        high',
      '  0:03:35   0:31:51  quarantine: slow probing, for ever                              is paged',
      '  A person at 0:03:35 to 0:31:51. Earliest: everything fails at once. Latest: everything takes all the time it is given.',
      '  A run that makes progress is waited for, however long it takes.',
      '',
    ]);
  });

  test('shows times on the clock where windows decide', async () => {
    const night = '{ cron: "0 2 * * *", timeZone: Europe/Zurich, durationMs: 7200000 }';
    const { stdout } = await check(ladderOf(`windows: { allow: [${night}] }`));

    expect(stdout).toContain('if it is seen at 2026-03-02 10:00');
    expect(stdout).toMatch(/15:00:00 +15:0\d:\d\d +2026-03-03 01:00 .*Restart the plugin \(restart-plugin\)/);
  });

  test('tells warnings, and goes on', async () => {
    const { stdout, exitCode } = await check(ladderOf('claimTimeoutMs: 1000'));

    expect(stdout).toContain('warning claim-timeout-short at integrations.0.policy.ladder.claimTimeoutMs: ');
    expect(exitCode).toBe(0);
  });

  test('refuses a contradiction, with every finding', async () => {
    const { stderr, error } = await check(
      ladderOf('{ budget: { max: 1, windowMs: 1000 }, retryBackoff: { initialMs: 2, maxMs: 1 } }'),
    );

    expect(stderr).toMatch(/^error budget-over-all-too-small at .+\nerror backoff-inverted at .+\n$/);
    expect(error).toMatchObject({ code: 'SW_CONFIG_INVALID', message: expect.stringContaining('2 contradictions') });
  });

  test('prints JSON lines for scripts', async () => {
    const { stdout } = await check(ladderOf('claimTimeoutMs: 1000'), '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(lines.map(({ kind }) => kind)).toEqual(['finding', 'timetable', 'valid']);
    expect(lines[0]).toMatchObject({ code: 'claim-timeout-short', severity: 'warning' });
    expect(lines[1]).toMatchObject({
      integration: 'headquarters',
      quarantine: { earliestMs: expect.any(Number), latestMs: expect.any(Number) },
      ended: { earliest: 'quarantined', latest: 'quarantined' },
    });
    expect(lines[2]).toEqual({ kind: 'valid', integrations: ['headquarters'] });
  });

  test('refuses an instant that is none', async () => {
    const { error } = await check(example, '--at', 'yesterday');

    expect(error).toMatchObject({ message: expect.stringContaining('expected an instant') });
  });
});

describe('a supervisor', () => {
  const judge = (yaml: string) => {
    const said: string[] = [];
    const warned: string[] = [];
    const options = {
      file: 'site.yaml',
      at: Date.parse('2026-03-02T10:00:00Z'),
      say: (line: string) => void said.push(line),
      warn: ({ code }: { readonly code: string }) => void warned.push(code),
    };
    const act = () => judgeSite(parseConfig(yaml, 'reading', {}), options);
    return { said, warned, act };
  };

  test('does not start with a policy that contradicts itself', () => {
    const { act, said } = judge(ladderOf('retryBackoff: { initialMs: 2, maxMs: 1 }'));

    expect(act).toThrowError(expect.objectContaining({ code: 'SW_CONFIG_INVALID' }));
    expect(said).toEqual([expect.stringMatching(/^error backoff-inverted at /)]);
  });

  test('starts with warnings, and logs them', () => {
    const { act, warned } = judge(ladderOf('claimTimeoutMs: 1000'));

    expect(act).not.toThrow();
    expect(warned).toEqual(['claim-timeout-short']);
  });
});

describe('the examples of the documentation', () => {
  test('whole configurations are clean', async () => {
    const { stdout } = await check(example);

    expect(stdout).not.toMatch(/^(error|warning) /m);
  });

  test('the whole file of two sites is clean', async () => {
    const { stdout, error } = await check(await page('examples/two-sites.yaml'));

    expect(error).toBeNull();
    expect(stdout).not.toMatch(/^(error|warning) /m);
    expect(stdout).toMatch(/^south: /m);
  });

  test('the timetable in docs/ladder.md is the one that is printed', async () => {
    const { stdout } = await check(example);
    const [, ...timetable] = stdout.trimEnd().split('\n');

    expect(await page('ladder.md')).toContain(timetable.join('\n'));
  });

  test('ladders are clean in the place of the default one', async () => {
    const ladders = examplesOf(await page('ladder.md')).filter((yaml) => yaml.startsWith('ladder:'));
    expect(ladders.length).toBeGreaterThan(0);
    for (const ladder of ladders) {
      const within = ladder.replaceAll(/^/gm, '      ').trimEnd();
      const { stdout, error } = await check(example.replace(/ {6}ladder:\n +confirmMs: 30000/, within));

      expect(error).toBeNull();
      expect(stdout).not.toMatch(/^(error|warning) /m);
    }
  });
});
