/** Runs one program to its end, or to ours: an argument list and never a shell, with a bounded output. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import { createOutput } from './output.ts';
import { endGroup, groupOptions } from './process-group.ts';
import type { Redactor } from './redact.ts';

export interface Program {
  readonly argv: readonly string[];
  readonly variables: NodeJS.ProcessEnv;
  /** Ends the program and everything that it has started. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly redact: Redactor;
}

export type End =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'not-started'; readonly why: string }
  /** Our signal aborted. */
  | { readonly kind: 'stopped' };

export interface Ended {
  readonly end: End;
  /** The beginning of its standard output, for whoever reads an answer out of it. */
  readonly stdout: string;
  /** The first and last part of all it said, without secrets. */
  readonly said: string;
}

/** Bytes of an answer that are read. */
const answerBytesMax = 64 * 1024;
/** After its end, how long a program's output is waited for: a daemon that it left behind may hold the pipe for ever. */
const drainMs = 500;

export async function runProgram({ argv, variables, signal, clock, redact }: Program): Promise<Ended> {
  if (signal.aborted) return { end: { kind: 'stopped' }, stdout: '', said: '' };
  const [file = '', ...args] = argv;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { ...groupOptions, env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return { end: { kind: 'not-started', why: messageOf(error) }, stdout: '', said: '' };
  }
  const output = createOutput(redact);
  const answer: Buffer[] = [];
  let answerBytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    output.take(chunk);
    if (answerBytes < answerBytesMax) answer.push(chunk);
    answerBytes += chunk.length;
  });
  child.stderr?.on('data', (chunk: Buffer) => output.take(chunk));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await endOf(child, signal);
  if (end.kind === 'stopped') await endGroup(child, clock);
  if (end.kind !== 'not-started') await atMost(clock, drainMs, closed);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const stdout = Buffer.concat(answer).subarray(0, answerBytesMax).toString();
  return { end, stdout, said: output.text() };
}

/** Whichever comes first: its own end, or the signal. */
function endOf(child: ChildProcess, signal: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const stop = () => resolve({ kind: 'stopped' });
    const settle = (end: End) => {
      signal.removeEventListener('abort', stop);
      resolve(end);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (error) => settle({ kind: 'not-started', why: error.message }));
    child.once('exit', (code, by) =>
      settle(code === null ? { kind: 'killed', by: by ?? 'a signal' } : { kind: 'exited', code }),
    );
  });
}

function atMost(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(ms, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
