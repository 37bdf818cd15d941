/** What a command writes, and how it ends, without a process of its own. */
import type { Command } from 'commander';
import { vi } from 'vitest';

/** Catches everything that is written to the terminal meanwhile; one at a time. */
export async function caught<Result>(work: () => Promise<Result>) {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    return { result: await work(), written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs one command from its source; what it throws is the answer's `error`. */
export async function runCommand(make: (done: (exitCode: number) => void) => Command, args: readonly string[]) {
  let exitCode: number | null = null;
  const command = make((code) => {
    exitCode = code;
  });
  for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => {} });
  const { result: error, written } = await caught(() =>
    command.parseAsync([...args], { from: 'user' }).then(
      () => null,
      (thrown: unknown) => thrown,
    ),
  );
  return { ...written, exitCode: exitCode as number | null, error };
}
