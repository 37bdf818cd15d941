/** The commands about incidents, the ladder and the fleet, over a supervisor whose ladder really climbs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines } from '../support/program.ts';
import { runInProcess } from './in-process.ts';
import { type Supervised, startSupervised } from './supervised.ts';

const rung = (id: string, more: object) => ({
  id,
  title: `Do ${id}`,
  impact: 'Nothing.',
  mode: 'delta',
  settleMs: 0,
  ...more,
});
const ladder = {
  confirmMs: 1,
  rungs: [
    rung('asked', { remedy: 'restart-plugin', approval: { required: true } }),
    rung('look', { remedy: 'person', steps: ['Open it.'] }),
    rung('by-hand', { remedy: 'restart-server' }),
  ],
};

let supervised: Supervised;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncwarden-bundle-'));
  supervised = await startSupervised(ladder);
});
afterAll(async () => {
  await supervised.close();
  await rm(directory, { recursive: true, force: true });
});

const run = (...args: string[]) => runInProcess([...args, '--url', supervised.url]);
const runJson = async (...args: string[]) => jsonLines((await run(...args, '--json')).stdout);

/** Until the ladder is in that state. */
async function until(status: string): Promise<void> {
  await expect
    .poll(async () => (await runJson('status'))[0], { timeout: 20_000 })
    .toMatchObject({ ladder: { status } });
}

describe('before anything has happened', () => {
  test('there is no incident, nothing is asked, and the fleet is calm', async () => {
    await run('sync', 'hq', '--mode', 'full', '--wait');

    expect(await run('incidents')).toMatchObject({ exitCode: 0, stdout: 'There was no incident.\n' });
    expect(await run('approve', 'hq', 'asked')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^SW_NOT_NOW: .*nothing is asked: the ladder is watching/),
    });
    expect((await run('explain', 'hq', '--time-zone', 'UTC')).stdout).toMatch(
      /^Why\n {2}No incident is open: source and target were last proven equal at \d\d:\d\d:\d\d UTC/,
    );
    expect((await run('fleet')).stdout).toMatch(/^storm {6}calm\nbrake {6}off\ndry run {4}off\nbudget {5}0 of \d+ /);
  });

  test('a remedy is carried out by hand, and its end is waited for', async () => {
    const [remedy] = await runJson('remedy', 'hq', 'asked');

    expect(remedy).toMatchObject({ kind: 'remedy', integration: 'hq', rung: 'asked' });
    expect((await runJson('fleet'))[0]).toMatchObject({
      budget: { used: 0 },
      components: [{ component: 'plugin:hq', held: null, lastDone: { integration: 'hq' } }],
    });
    expect((await run('remedy', 'hq', 'look')).exitCode).toBe(1);
    expect((await run('remedy', 'hq', 'nothing')).stderr).toMatch(/^SW_NOT_FOUND: .*asked, look, by-hand/);
  });
});

describe('the brake and the dry run', () => {
  test('are switched on and off, and say so', async () => {
    expect((await run('brake', 'on', '--reason', 'Works')).stdout).toBe('The brake is on: no ladder acts.\n');
    expect((await run('fleet')).stdout).toMatch(/^brake {6}ON since .*, by .+: Works$/m);
    expect((await runJson('brake', 'off'))[0]).toEqual({ kind: 'brake', on: false });
    expect((await run('brake', 'off')).exitCode).toBe(1);

    expect((await run('dry-run', 'on')).exitCode).toBe(0);
    expect((await run('fleet')).stdout).toMatch(/^dry run {4}ON since /m);
    expect((await run('dry-run', 'off')).stdout).toBe('The ladders act again.\n');
  });
});

describe('an incident', () => {
  test('is climbed with people: refused, answered, and over with the proof', async () => {
    supervised.sides.target = 4;
    await run('sync', 'hq', '--wait');
    await until('asking');
    const open = await run('incidents', 'hq', '--open');
    const asking = await run('explain', 'hq');
    expect(open).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^hq incident-1 .* OPEN, 0 tries/) });
    expect(asking.stdout).toContain('syncwarden approve hq asked');

    expect((await run('approve', 'hq', 'asked', '--refuse')).stdout).toBe('Refused: asked of hq is passed over.\n');
    await until('instructing');
    expect((await run('answer', 'hq', 'look')).exitCode).toBe(2);
    expect((await run('answer', 'hq', 'look', '--done', '--not-done')).exitCode).toBe(2);
    supervised.sides.target = 5;
    expect((await run('answer', 'hq', 'look', '--done', '--note', 'It hummed.')).stdout).toBe(
      'Noted: look of hq is done.\n',
    );
    await until('watching');

    expect((await run('incidents')).stdout).toMatch(/^hq incident-1 .* over after .*, look helped, 1 try {2}\S+: /);
    const shown = await run('incident', 'hq', 'incident-1');
    expect(shown.stdout).toContain('did it. "It hummed."');
    expect(shown.stdout).toMatch(/ {2}helped {6}look\n/);
    expect(shown.stdout).toContain('The incident is over.');
  });

  test('is written to a file to hand on, in two formats', async () => {
    const file = join(directory, 'bundle.md');

    const written = await run('incident', 'hq', 'incident-1', '--bundle', file, '--format', 'markdown');
    const printed = await run('incident', 'hq', 'incident-1', '--bundle', '-');

    expect(written).toMatchObject({ exitCode: 0, stderr: `The bundle was written to ${file}.\n` });
    expect(await readFile(file, 'utf8')).toMatch(/^# Headquarters: incident-1\n/);
    expect(JSON.parse(printed.stdout)).toMatchObject({ kind: 'syncwarden-incident', incident: { helped: 'look' } });
    expect((await run('incident', 'hq', 'incident-1', '--bundle', join(directory, 'no', 'x'))).exitCode).toBe(2);
    expect((await run('incident', 'hq', 'incident-9')).stderr).toMatch(/^SW_NOT_FOUND: /);
  });
});
