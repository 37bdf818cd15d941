/** What every command that asks a running supervisor has in common: its options, and its client. */
import { Command } from 'commander';
import { type Client, createClient } from './client.ts';
import { whole } from './options.ts';

export interface RemoteOptions {
  readonly url: string;
  readonly json?: boolean;
}

export interface WaitingOptions extends RemoteOptions {
  /** Seconds. */
  readonly timeout: number;
}

/** A command with `--url` and `--json`. */
export function remoteCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--url <url>', 'address of the supervisor', 'http://127.0.0.1:4780')
    .option('--json', 'print JSON lines');
}

/** A command that waits for an end, at most `seconds` unless told otherwise. */
export function waitingCommand(name: string, description: string, seconds: number): Command {
  return remoteCommand(name, description).option(
    '--timeout <seconds>',
    'longest wait for the end',
    whole(1, 7 * 86_400),
    seconds,
  );
}

export const clientOf = ({ url }: RemoteOptions): Client => createClient(url);

/** `a,b` as its parts; undefined for an option that was not named. */
export const listOf = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
