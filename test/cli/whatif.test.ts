/** `whatif`: what an integrator reads before he trusts the robot. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { whatifCommand } from '../../src/cli/whatif.ts';
import { runCommand } from './written.ts';

const page = (name: string) => readFile(resolve(import.meta.dirname, `../../docs/${name}`), 'utf8');
const [, example = ''] = (await page('configuration.md')).match(/```yaml\n([\s\S]*?)```/) ?? [];
const dead = 'patterns: [{ name: proxy-dead, title: The proxy dies, faults: [{ kind: proxy-dead }] }]';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncwarden-whatif-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Files {
  readonly yaml?: string;
  readonly outages?: string;
}

async function whatif({ yaml = example, outages }: Files, ...flags: string[]) {
  const [config, patterns] = [join(directory, 'site.yaml'), join(directory, 'outages.yaml')];
  await writeFile(config, yaml);
  if (outages !== undefined) await writeFile(patterns, outages);
  const named = outages === undefined ? [] : ['--outages', patterns];
  return await runCommand(whatifCommand, ['--config', config, ...named, ...flags]);
}

/** What is told, without the figures that hang on chance: one paragraph, whatever line something came to stand on. */
const timeless = (text: string) =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(\d+ d )?\d+:\d\d:\d\d/g, 'TIME')
    .replaceAll(/[\d,]+ s \(/g, 'SECONDS (')
    .replaceAll(/\d+x from/g, 'from')
    .replaceAll(/(at most |\d+ to )?(\bonce\b|\btwice\b|\d+ times)( in vain)?( \(\d+ of \d+ in vain\))?/g, 'OFTEN')
    .trim();

describe('whatif', () => {
  test('tells of every outage that an integrator knows what the default policy does, as the page shows', async () => {
    const { stdout, exitCode } = await whatif({});
    const lines = stdout.trimEnd().split('\n');
    const [, shown = ''] =
      (await page('ladder.md')).match(/## What would my policy do\?[\s\S]*?```text\n([\s\S]*?)```/) ?? [];

    expect(exitCode).toBe(0);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(timeless(stdout)).toBe(timeless(shown));
    expect(stdout).toMatch(/Of all others the worst: 7,\d{3} s \(2:0\d:\d\d\): The source is down for 2 h\./);
    expect(stdout).toContain('Worst case: never proven without a person: Upgraded to an incompatible version.');
  }, 120_000);

  test('says that a person is needed where the policy has no rung that helps', async () => {
    const yaml = example
      .replace(
        /ladder:\n +confirmMs: 30000/,
        'ladder: { rungs: [{ id: plugin, title: P, remedy: restart-plugin, impact: I, mode: full }] }',
      )
      .replace(/ {4}remedies:[\s\S]*$/, '');
    const { stdout } = await whatif({ yaml, outages: dead }, '--seeds', '1');

    expect(stdout).toMatch(/The proxy dies +0:00:0\d +never +never +1x from 0:00:\d\d\n/);
    expect(stdout).toContain('nothing; ends in quarantine: nothing listens at the address of the source');
    expect(stdout).toContain('Worst case: never proven without a person: The proxy dies.');
    expect(stdout).toContain('A person is needed in 1 of 1 outage.');
  });

  test('needs no variable to be set, and never shows one that is', async () => {
    const yaml = example
      .replace(/\$\{SIPASS_PASSWORD:-\}/, `\${SYNCWARDEN_TEST_SECRET}`)
      .replace('https://sipass.example:8745', `\${SYNCWARDEN_TEST_URL}`);
    vi.stubEnv('SYNCWARDEN_TEST_URL', undefined);
    vi.stubEnv('SYNCWARDEN_TEST_SECRET', 'hunter2');
    const { stdout, stderr, error } = await whatif({ yaml, outages: dead }, '--seeds', '1', '--json');
    vi.unstubAllEnvs();

    expect(error).toBeNull();
    expect(stdout).toContain('"kind":"result"');
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test('says of several integrations who does what', async () => {
    const outages =
      'patterns: [{ name: hangs, faults: [{ kind: plugin-hangs }] }, { name: proxy, at: "23:00", faults: [{ kind: proxy-dead }] }]';
    const { stdout } = await whatif({ yaml: await page('examples/two-sites.yaml'), outages }, '--seeds', '1');

    expect(stdout).toMatch(/^north: 2 outages, each played once; south: the same policy\n/);
    expect(stdout).toContain('      each: restart-plugin once\n');
    expect(stdout).toMatch(/ (north|south): restart-proxy-at-night once\n/);
    expect(stdout).toMatch(/ (north|south): nothing by itself: a restart for another one served\n/);
    expect(stdout).toContain('A person is needed in none of 2 outages.');
  });

  test('is exact in JSON, and the same for the same seed', async () => {
    const lines = async () => {
      const { stdout } = await whatif({ outages: dead }, '--seeds', '2', '--seed', '5', '--json');
      return stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly kind: string; readonly [member: string]: unknown });
    };
    const [about, pattern, result] = await lines();
    const [, again] = await lines();

    expect(about).toMatchObject({ kind: 'whatif', patterns: 1, seeds: 2, seed: 5, leftOut: [], unknownRemedies: [] });
    expect(pattern).toMatchObject({
      kind: 'pattern',
      name: 'proxy-dead',
      at: 'Mon 10:00',
      timeZone: 'UTC',
      subject: 'headquarters',
      integrations: [
        {
          integration: 'headquarters',
          seeds: 2,
          noticed: { medianMs: expect.any(Number), worstMs: expect.any(Number) },
          proven: { medianMs: expect.any(Number), worstMs: expect.any(Number) },
          ended: { proven: 2, quarantined: 0, open: 0 },
          taken: [{ rung: 'restart-proxy', remedy: 'restart-proxy', least: 1, most: 1, how: { done: 2 } }],
        },
      ],
    });
    expect(result).toMatchObject({
      kind: 'result',
      slowest: { pattern: 'proxy-dead', integration: 'headquarters', ms: expect.any(Number) },
      neverProven: [],
      withPerson: [],
    });
    expect(again).toEqual(pattern);
  });

  test('tells remedies of which nothing is known, and integrations that are left out', async () => {
    const rung = '{ id: fail-over, title: F, remedy: fail-over, impact: I, mode: full }';
    const [head = '', first = ''] = example.split(/^integrations:\n/m);
    const other = first
      .replace(/ladder:\n +confirmMs: 30000/, `ladder: { rungs: [${rung}] }`)
      .replace('restart-proxy:', 'fail-over:');
    const beside = first
      .replace('id: headquarters', 'id: branch\n    mode: beside')
      .replace(/ladder:\n +confirmMs: 30000/, 'ladder: {}');
    const { stdout } = await whatif({ yaml: `${head}integrations:\n${other}${beside}`, outages: dead }, '--seeds', '1');

    expect(stdout).toContain('heal only what a pattern names under "healedBy": fail-over.');
    expect(stdout).toContain('Not played, for they are in mode beside: branch.');
    expect(stdout).toContain('fail-over once; ends in quarantine: all that could help was tried');
  });

  test.each<[string, Files, readonly string[], string]>([
    ['patterns that are none', { outages: 'patterns: []' }, [], 'SW_OUTAGES_INVALID'],
    [
      'a policy that contradicts itself',
      { yaml: example.replace('confirmMs: 30000', 'retryBackoff: { initialMs: 2, maxMs: 1 }') },
      [],
      'SW_CONFIG_INVALID',
    ],
    ['a configuration that is not there', {}, ['--config', '/nowhere/site.yaml'], 'SW_CONFIG_UNREADABLE'],
    ['patterns that are not there', {}, ['--outages', '/nowhere/outages.yaml'], 'SW_OUTAGES_INVALID'],
    [
      'nothing but mode beside',
      { yaml: example.replace('id: headquarters', 'id: headquarters\n    mode: beside') },
      [],
      'SW_NOT_SIMULATED',
    ],
  ])('refuses %s', async (_, files, flags, code) => {
    const { error, stdout } = await whatif(files, ...flags);

    expect(error).toMatchObject({ code });
    expect(stdout).toBe('');
  });
});

test('no other command loads the simulation: it is imported only when it is asked for', async () => {
  const folder = resolve(import.meta.dirname, '../../src/cli');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  const atOnce = texts.filter(([, text]) => /^import (?!type )[^;]* from '\.\.\/simulation\//m.test(text));

  expect(names).toContain('whatif.ts');
  expect(atOnce.map(([name]) => name)).toEqual([]);
});
