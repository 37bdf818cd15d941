/**
 * Restarts a Windows service through `sc.exe`: plain arguments, where PowerShell would be a shell in disguise.
 *
 * `sc.exe` returns as soon as the service manager has taken the order, so the state is looked at until it is reached. It
 * does not tell since when a service runs; see {@link createWindowsServiceRemedy}.
 */
import { z } from 'zod';
import { componentSchema } from '../component-name.ts';
import type { RemedyEnvironment } from '../environment.ts';
import type { Remedy } from '../remedy.ts';
import { createWithRunner, failed, type Runner } from '../runner.ts';
import { canQuote } from '../shell-quoting.ts';
import { overSchema } from '../ssh.ts';

export const windowsServiceOptionsSchema = z
  .strictObject({
    kind: z.literal('windows-service'),
    component: componentSchema.optional(),
    /** The name of the service, not the one that is displayed; `sc.exe getkeyname` tells it. */
    service: z
      .string()
      .regex(
        /^[A-Za-z0-9_](?:[A-Za-z0-9_.$ -]{0,254}[A-Za-z0-9_.$-])?$/,
        'a service name: letters, digits, _ . $ - and inner blanks, not beginning with -',
      ),
    /** Another computer, asked through its service manager (RPC). */
    computer: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'a computer name without backslashes')
      .optional(),
    over: overSchema.optional(),
    timeoutMs: z.number().int().min(1_000).max(3_600_000).default(180_000),
  })
  .superRefine(({ service, over }, context) => {
    const shell = over?.ssh.shell ?? 'windows';
    if (over === undefined || canQuote(['sc.exe', service], shell)) return;
    const message = 'has a character that cmd.exe or PowerShell would change on its way over SSH; use computer instead';
    context.addIssue({ code: 'custom', path: ['service'], message });
  });
export type WindowsServiceOptions = z.infer<typeof windowsServiceOptionsSchema>;

/** `query` looks; `stop` and `start` give the order. */
export function scArgv(options: WindowsServiceOptions, verb: 'query' | 'stop' | 'start'): readonly string[] {
  const { service, computer } = options;
  return ['sc.exe', ...(computer === undefined ? [] : [`\\\\${computer}`]), verb, service];
}

/**
 * Stops and starts the service.
 *
 * Whether that was done is known only while the service is stopped: then it was not, or not to its end. One that runs may
 * have been restarted or not: Windows tells the start of its process only through PowerShell or the deprecated `wmic`.
 */
export function createWindowsServiceRemedy(options: WindowsServiceOptions, environment: RemedyEnvironment): Remedy {
  const withRunner = createWithRunner({ ...options, shell: 'windows' }, environment);
  return {
    act: (use) =>
      withRunner(use, async (runner) => {
        await order(options, runner, {
          verb: 'stop',
          wanted: 'STOPPED',
          underway: 'STOP_PENDING',
          before: ['RUNNING', 'PAUSED'],
        });
        await order(options, runner, { verb: 'start', wanted: 'RUNNING', underway: 'START_PENDING', before: [] });
        return `The Windows service ${options.service} was stopped, and runs again.`;
      }),
    wasDone: (use) =>
      withRunner(use, async (runner) => {
        const { code, stdout } = await runner.run(scArgv(options, 'query'));
        return code === 0 && readServiceState(stdout) === 'STOPPED' ? false : null;
      }),
  };
}

interface Order {
  readonly verb: 'stop' | 'start';
  readonly wanted: string;
  /** The state of a service that has taken this order already. */
  readonly underway: string;
  /** Further states that may still be seen right after the order was taken. */
  readonly before: readonly string[];
}

const lookEveryMs = 1_000;
/** States in which a service takes no orders, but which end by themselves. */
const pending = new Set(['START_PENDING', 'STOP_PENDING', 'CONTINUE_PENDING', 'PAUSE_PENDING']);

/** Gives the order once the service can take it, unless it has been given; then waits for the state. */
async function order(options: WindowsServiceOptions, runner: Runner, wish: Order): Promise<void> {
  const { verb, wanted, underway, before } = wish;
  let state = await waitOut(options, runner, (seen) => pending.has(seen) && seen !== underway);
  let taken = true;
  let said = '';
  if (state !== wanted && state !== underway) {
    const answer = await runner.run(scArgv(options, verb));
    taken = answer.code === 0;
    said = taken ? '' : `; ${verb} ended with code ${answer.code} and said: ${answer.said}`;
  }
  // A refused order may have been one too many: the state decides, not the code.
  state = await waitOut(options, runner, (seen) => seen === underway || (taken && before.includes(seen)));
  if (state !== wanted) throw failed(`sc.exe ${verb}`, `the service ${state} instead of ${wanted}${said}`, '');
}

/** Looks until the state is none that is waited for. */
async function waitOut(
  options: WindowsServiceOptions,
  runner: Runner,
  isWaitedFor: (state: string) => boolean,
): Promise<string> {
  for (;;) {
    const state = await query(options, runner);
    if (!isWaitedFor(state)) return state;
    await runner.pause(lookEveryMs);
  }
}

async function query(options: WindowsServiceOptions, runner: Runner): Promise<string> {
  const { stdout, said } = await runner.demand(scArgv(options, 'query'));
  const state = readServiceState(stdout);
  if (state !== null) return state;
  throw failed('sc.exe query', 'no state in its answer', said);
}

/** The names of the states are the same in every language of Windows; what stands before the colon is not. */
export function readServiceState(text: string): string | null {
  const [, state] = /:\s*[1-7]\s+(STOPPED|RUNNING|PAUSED|(?:START|STOP|CONTINUE|PAUSE)_PENDING)\b/.exec(text) ?? [];
  return state ?? null;
}
