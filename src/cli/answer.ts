/** `syncwarden answer`: a person says whether what a rung asked of them is done. */
import type { Command } from 'commander';
import { CodedError } from '../core/errors.ts';
import { integrationPath, whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface AnswerOptions extends RemoteOptions {
  readonly done?: boolean;
  readonly notDone?: boolean;
  readonly note: string;
}

export function answerCommand(end: (exitCode: number) => void): Command {
  return remoteCommand('answer', 'say whether what a rung asked of a person is done')
    .argument('<id>', 'integration')
    .argument('<rung>', 'the rung that asks')
    .option('--done', 'it is done; a synchronization has to prove that it helped')
    .option('--not-done', 'it could not be done')
    .option('--note <text>', 'what is to stand in the record', '')
    .action(async (id: string, rung: string, options: AnswerOptions) => {
      const done = doneOf(options);
      await clientOf(options).post(`${integrationPath(id)}/steps`, { rung, done, by: whoAsks(), note: options.note });
      if (options.json) terminal.printJson({ kind: 'answered', integration: id, rung, done });
      else terminal.print(`Noted: ${rung} of ${id} is ${done ? 'done' : 'not done'}.`);
      end(0);
    });
}

function doneOf({ done = false, notDone = false }: AnswerOptions): boolean {
  if (done !== notDone) return done;
  throw new CodedError('SW_USAGE', {
    doing: 'reading the command line',
    expected: 'either --done or --not-done',
    found: done ? 'both' : 'neither',
    todo: 'Say which',
  });
}
