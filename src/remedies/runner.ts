/** Runs the programs of one use of a remedy, here or over SSH, inside one span of time. */
import { pause } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import type { RemedyEnvironment } from './environment.ts';
import { type Ended, runProgram } from './program.ts';
import { type Redactor, redactorOf } from './redact.ts';
import type { RemedyUse } from './remedy.ts';
import type { RemoteShell } from './shell-quoting.ts';
import { type Over, sshArgv, sshFailedCode } from './ssh.ts';

export interface RunnerOptions {
  readonly timeoutMs: number;
  readonly over?: Over | undefined;
  /** Shell over there, where `over` does not say. @default posix */
  readonly shell?: RemoteShell;
}

/** A program that ran to its own end. */
export interface Exited extends Pick<Ended, 'stdout' | 'said'> {
  readonly code: number;
}

export interface Runner {
  /**
   * Answers whatever code the program ends with.
   *
   * @throws CodedError SW_REMEDY_FAILED when it does not start, is killed, or time is up; SW_UNREACHABLE when ssh fails
   */
  run(argv: readonly string[]): Promise<Exited>;
  /** Answers only for code 0. */
  demand(argv: readonly string[]): Promise<Exited>;
  /** Waits inside the same span of time. */
  pause(ms: number): Promise<void>;
}

/** Opens a span of time for each use: what it answers is closed with `work`. */
export type WithRunner = <T>(use: RemedyUse, work: (runner: Runner) => Promise<T>) => Promise<T>;

export function createWithRunner(options: RunnerOptions, environment: RemedyEnvironment): WithRunner {
  const redact = redactorOf(environment.variables);
  return async (use, work) => {
    const deadline = openDeadline(environment.clock, options.timeoutMs, use.signal);
    try {
      return await work(openRunner({ options, environment, redact, use, deadline }));
    } finally {
      deadline.close();
    }
  };
}

interface RunnerParts {
  readonly options: RunnerOptions;
  readonly environment: RemedyEnvironment;
  readonly redact: Redactor;
  readonly use: RemedyUse;
  readonly deadline: Deadline;
}

function openRunner({ options, environment, redact, use, deadline }: RunnerParts): Runner {
  const { over, shell = 'posix', timeoutMs } = options;
  const { clock } = environment;
  const variables = {
    ...environment.variables,
    SYNCWARDEN_IDEMPOTENCY_KEY: use.idempotencyKey,
    SYNCWARDEN_FENCING_TOKEN: String(use.fencingToken),
  };
  const overTime = (program: string, said: string, cause?: unknown) =>
    failed(program, `no end within ${timeoutMs} ms`, said, cause);

  const run = async (argv: readonly string[]): Promise<Exited> => {
    const program = nameOf(argv);
    const all = over === undefined ? argv : sshArgv(over.ssh, argv, over.ssh.shell ?? shell);
    const { end, stdout, said } = await runProgram({ argv: all, variables, signal: deadline.signal, clock, redact });
    if (end.kind === 'stopped') {
      if (deadline.passed()) throw overTime(program, said);
      throw use.signal.reason;
    }
    if (end.kind === 'not-started') throw failed(program, end.why, said);
    if (end.kind === 'killed') throw failed(program, `that it was killed by ${end.by}`, said);
    if (over !== undefined && end.code === sshFailedCode) throw unreachable(program, over.ssh.host, said);
    return { code: end.code, stdout, said };
  };

  return {
    run,
    async demand(argv) {
      const exited = await run(argv);
      if (exited.code === 0) return exited;
      throw failed(nameOf(argv), `exit code ${exited.code}`, exited.said);
    },
    async pause(ms) {
      await pause(clock, ms, deadline.signal).catch((reason: unknown) => {
        throw deadline.passed() ? overTime('to its end', '', reason) : use.signal.reason;
      });
    },
  };
}

/** The program alone: its arguments may hold what nobody should read. */
export function nameOf(argv: readonly string[]): string {
  return argv[0] ?? '';
}

/** A program that did not do what it should. */
export function failed(program: string, found: string, said: string, cause?: unknown): CodedError {
  return new CodedError('SW_REMEDY_FAILED', {
    doing: `running the remedy ${program}`,
    expected: 'exit code 0',
    found: said === '' ? found : `${found}; it said: ${said}`,
    todo: 'Run the command by hand as the same user and mend what it reports',
    cause,
  });
}

function unreachable(program: string, host: string, said: string): CodedError {
  return new CodedError('SW_UNREACHABLE', {
    doing: `running the remedy ${program} on ${host}`,
    expected: 'a connection over SSH',
    found: `exit code ${sshFailedCode} of ssh${said === '' ? '' : `; it said: ${said}`}`,
    todo: 'Connect by hand as the same user with BatchMode=yes: the host key must be known and the key accepted',
  });
}
