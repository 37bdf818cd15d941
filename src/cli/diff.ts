/** `syncwarden diff`: what differs, entity by entity. */
import type { Command } from 'commander';
import { CodedError } from '../core/errors.ts';
import { type DifferenceView, differenceLineSchema } from '../http/plugin-api.ts';
import { integrationPath, knownCode } from './client.ts';
import { whole } from './options.ts';
import { clientOf, listOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface DiffOptions extends RemoteOptions {
  readonly types?: string;
  readonly limit?: number;
}

export function diffCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('diff', 'list what differs; exit code 0 when nothing does, 1 when something does')
    .argument('<id>', 'integration')
    .option('--types <names>', 'only these entity types, separated by commas')
    .option('--limit <number>', 'stop after as many', whole(1, 10_000_000))
    .action(async (id: string, options: DiffOptions) => done(await diff(id, options)));
}

async function diff(id: string, options: DiffOptions): Promise<number> {
  const { limit = Number.POSITIVE_INFINITY, json } = options;
  const types = listOf(options.types);
  const query = types === undefined ? '' : `?types=${types.map(encodeURIComponent).join(',')}`;
  let count = 0;
  for await (const line of clientOf(options).lines(`${integrationPath(id)}/diff${query}`, differenceLineSchema)) {
    if (line.kind === 'error') throw CodedError.revive(knownCode(line.code), line.message);
    if (line.kind === 'end') return tellEnd(line.count, json);
    if (count === limit) return tellMore(limit, json);
    count += 1;
    if (json) terminal.printJson(line);
    else for (const text of differenceLines(line)) terminal.print(text);
  }
  throw new CodedError('SW_UNREACHABLE', {
    doing: `reading the differences of "${id}"`,
    expected: 'the whole list',
    found: `that it broke off after ${count}`,
    todo: 'Ask again',
  });
}

function tellEnd(count: number, json: boolean | undefined): number {
  if (json) terminal.printJson({ kind: 'end', count, complete: true });
  else terminal.print(count === 0 ? 'Nothing differs.' : `${count} differences.`);
  return count === 0 ? 0 : 1;
}

function tellMore(limit: number, json: boolean | undefined): number {
  if (json) terminal.printJson({ kind: 'end', count: limit, complete: false });
  else terminal.print(`The first ${limit} differences; there are more.`);
  return 1;
}

const verbs = { create: '+ create', change: '~ change', delete: '- delete', rejected: '! rejected' } as const;

function differenceLines({ action, type, key, id, fields = [], reason }: DifferenceView): readonly string[] {
  return [
    `${verbs[action]} ${type} ${key}${id === undefined ? '' : ` (${id})`}${reason ? `: ${reason.message}` : ''}`,
    ...fields.map(({ name, source, target }) => `    ${name}: ${words(target)} -> ${words(source)}`),
  ];
}

/** As it is in the target, and as the source has it. */
const words = (value: unknown) => JSON.stringify(value ?? null);
