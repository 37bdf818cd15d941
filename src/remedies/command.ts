/** A remedy that runs a program of the integrator's choice: an argument list, never a shell. */
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import { componentSchema } from './component-name.ts';
import type { RemedyEnvironment } from './environment.ts';
import type { Remedy, RemedyUse } from './remedy.ts';
import { createWithRunner, type Exited, failed, nameOf } from './runner.ts';
import { canQuote } from './shell-quoting.ts';
import { overSchema } from './ssh.ts';
import { clockToleranceSchema, hasStartedSince } from './start-time.ts';

const argvSchema = z.array(z.string()).min(1);
const codesSchema = z.array(z.number().int().min(0).max(4_294_967_295)).max(50);

export const commandOptionsSchema = z
  .strictObject({
    kind: z.literal('command'),
    component: componentSchema.optional(),
    /** Program and arguments, for example `["systemctl", "restart", "sipass-proxy"]`. */
    argv: argvSchema,
    /** Prints the start time of the component (anything `Date` reads, or epoch milliseconds): tells whether it was restarted. */
    statusArgv: argvSchema.optional(),
    /** What an exit code means. Every other code is a failure. */
    exitCodes: z
      .strictObject({
        done: codesSchema.min(1).default([0]),
        /** There was nothing left to do: a success as well. */
        alreadyDone: codesSchema.default([]),
        /** It makes no sense at this moment. */
        tryLater: codesSchema.default([]),
      })
      .refine(({ done, alreadyDone, tryLater }) => isDistinct([...done, ...alreadyDone, ...tryLater]), {
        message: 'each exit code may mean one thing only',
      })
      .prefault({}),
    over: overSchema.optional(),
    clockToleranceMs: clockToleranceSchema.default(0),
    timeoutMs: z.number().int().min(100).max(3_600_000).default(120_000),
  })
  .superRefine(({ argv, statusArgv, over }, context) => {
    const shell = over?.ssh.shell ?? 'posix';
    for (const [name, value] of Object.entries({ argv, statusArgv }))
      if (over !== undefined && value !== undefined && !canQuote(value, shell))
        context.addIssue({ code: 'custom', path: [name], message: `cannot be quoted for a ${shell} shell` });
  });
export type CommandOptions = z.infer<typeof commandOptionsSchema>;

/** The program inherits the environment, and finds the keys of the use in two variables of its own. */
export function createCommandRemedy(options: CommandOptions, environment: RemedyEnvironment): Remedy {
  const withRunner = createWithRunner(options, environment);
  const { argv, statusArgv, exitCodes, clockToleranceMs: toleranceMs } = options;
  return {
    act: (use) =>
      withRunner(use, async (runner) => judge(nameOf(argv), await runner.run(withKeys(argv, use, options)), exitCodes)),
    async wasDone(use) {
      if (statusArgv === undefined) return null;
      const { stdout } = await withRunner(use, (runner) => runner.demand(statusArgv));
      const at = readTime(stdout.trim());
      if (at === null) return null;
      const now = environment.clock.now();
      return hasStartedSince({ at, resolutionMs: 1 }, { startedAt: use.startedAt, toleranceMs, now });
    },
  };
}

function judge(program: string, { code, said }: Exited, { done, alreadyDone, tryLater }: CommandOptions['exitCodes']) {
  const telling = said === '' ? '' : ` It said: ${said}`;
  if (done.includes(code)) return `${program} ended with code ${code}.${telling}`;
  if (alreadyDone.includes(code)) return `${program} ended with code ${code}: there was nothing left to do.${telling}`;
  if (!tryLater.includes(code)) throw failed(program, `exit code ${code}`, said);
  throw new CodedError('SW_NOT_NOW', {
    doing: `running the remedy ${program}`,
    expected: 'that it can act now',
    found: `exit code ${code}, which asks to try later.${telling}`,
    todo: 'Nothing: it will be tried again as the policy says',
  });
}

/** SSH does not carry the variables: a POSIX shell is told them on the line. */
function withKeys(argv: readonly string[], use: RemedyUse, { over }: CommandOptions): readonly string[] {
  if (over === undefined || over.ssh.shell === 'windows') return argv;
  return [
    'env',
    `SYNCWARDEN_IDEMPOTENCY_KEY=${use.idempotencyKey}`,
    `SYNCWARDEN_FENCING_TOKEN=${use.fencingToken}`,
    ...argv,
  ];
}

function readTime(text: string): number | null {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function isDistinct(codes: readonly number[]): boolean {
  return new Set(codes).size === codes.length;
}
