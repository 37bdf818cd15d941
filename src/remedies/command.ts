/** A remedy that runs a program: an argument list, never a shell. */
import { execFile } from 'node:child_process';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import type { Remedy, RemedyUse } from './remedy.ts';

export const commandOptionsSchema = z.strictObject({
  kind: z.literal('command'),
  /** Program and arguments, for example `["systemctl", "restart", "sipass-proxy"]`. */
  argv: z.array(z.string()).min(1),
  /** Prints the start time of the component (anything `Date` reads, or epoch milliseconds): tells whether it was restarted. */
  statusArgv: z.array(z.string()).min(1).optional(),
  timeoutMs: z.number().int().min(100).max(3_600_000).default(120_000),
});
export type CommandOptions = z.infer<typeof commandOptionsSchema>;

/** Most output kept of a program. */
const outputBytesMax = 256 * 1024;

/** The program inherits `environment`, and finds the keys of the use in two variables of its own. */
export function createCommandRemedy(options: CommandOptions, environment: NodeJS.ProcessEnv): Remedy {
  return {
    async act(use) {
      const output = await run(options.argv, use, options.timeoutMs, environment);
      const last = output.trim().split('\n').at(-1) ?? '';
      return `${options.argv[0]} ended with code 0.${last === '' ? '' : ` It said: ${last.slice(0, 200)}`}`;
    },
    async wasDone(use) {
      if (options.statusArgv === undefined) return null;
      const text = (await run(options.statusArgv, use, options.timeoutMs, environment)).trim();
      const startedAt = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
      return Number.isNaN(startedAt) ? null : startedAt >= use.startedAt;
    },
  };
}

function run(
  argv: readonly string[],
  use: RemedyUse,
  timeoutMs: number,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const [program = '', ...args] = argv;
  const env = {
    ...environment,
    SYNCWARDEN_IDEMPOTENCY_KEY: use.idempotencyKey,
    SYNCWARDEN_FENCING_TOKEN: String(use.fencingToken),
  };
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, maxBuffer: outputBytesMax, signal: use.signal, env, windowsHide: true };
    execFile(program, args, options, (cause, stdout, stderr) => {
      if (cause === null) return resolve(stdout);
      const found = cause.killed
        ? `no end within ${timeoutMs} ms`
        : `${cause.message.split('\n')[0]}; ${stderr.trim().slice(-200)}`;
      reject(
        new CodedError('SW_REMEDY_FAILED', {
          doing: `running the remedy ${program}`,
          expected: 'exit code 0',
          found,
          todo: 'Run the command by hand as the same user and mend what it reports',
          cause,
        }),
      );
    });
  });
}
