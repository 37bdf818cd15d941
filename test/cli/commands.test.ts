/** Only the command that is asked for is loaded: each must be found under its own name. */
import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

// It is read from the package beside the built program.
vi.mock('../../src/cli/version.ts', () => ({ version: '0.0.0' }));
afterEach(() => void vi.restoreAllMocks());

async function helpOf(...names: readonly string[]): Promise<{ readonly exitCode: number; readonly text: string }> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const exitCode = await main(['node', 'syncwarden', ...names, '--help']);
  return { exitCode, text: written.join('') };
}

test('every command that the help lists has a help of its own', async () => {
  const { exitCode, text } = await helpOf();
  const names = [...text.matchAll(/^ {2}([a-z][a-z-]*) /gm)].flatMap(([, name]) => name ?? []);

  expect(exitCode).toBe(0);
  expect(names.length).toBeGreaterThan(25);
  for (const name of names.filter((one) => one !== 'help'))
    expect(await helpOf(name)).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining(`Usage: syncwarden ${name} `),
    });
});

test('what is no command is told with those that there are', async () => {
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);

  expect(await main(['node', 'syncwarden', 'statsu'])).toBe(2);
  expect(said.join('')).toContain('status');
});
