/** How commands speak: data on stdout, talk on stderr, errors as one sentence with a code. */
import { CodedError, errorTable, toErrorData } from '../core/errors.ts';

export interface Terminal {
  /** One line of data for people. */
  print(line: string): void;
  /** One JSON object a line, for scripts. */
  printJson(value: object): void;
  /** Talk: progress, hints, errors. */
  say(line: string): void;
}

export const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  printJson: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
};

/** Tells an error as one sentence, and answers the exit code that goes with it. */
export function tellError(error: unknown, json: boolean, out: Terminal = terminal): number {
  const { code, message } = toErrorData(error);
  if (json) out.printJson({ kind: 'error', code, message });
  else out.say(`${code}: ${message}`);
  if (!(error instanceof CodedError) && process.env['SYNCWARDEN_DEBUG']) out.say(String((error as Error)?.stack));
  return errorTable[code].exit;
}

/** What a shell reports of a program that SIGPIPE has ended; Node.js ignores the signal. */
const endedByPipe = 128 + 13;
let unread = () => {};

/** Ends the process without a word when nobody reads what it prints any more, as behind `| head`. */
export function endWhenUnread(): void {
  unread = () => process.exit(endedByPipe);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      unread();
    });
}

/** For a supervisor, whose work matters more than its talk. */
export function goOnUnread(): void {
  unread = () => {};
}

/** Resolves when the process is asked to end: by the terminal, a service manager, or its parent going away. */
export async function untilAskedToEnd(): Promise<string> {
  const why = await new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
    // Started with an IPC channel: end with the parent, so that no simulated server is left behind.
    if (process.connected) process.once('disconnect', () => resolve('parent gone'));
  });
  // An open channel would keep the process alive when all else has ended.
  if (process.connected) process.disconnect();
  return why;
}
