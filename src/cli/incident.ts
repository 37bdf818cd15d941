/** `syncwarden incident`: one incident with its timeline, or everything about it as a file to hand on. */
import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { CodedError } from '../core/errors.ts';
import { incidentViewSchema } from '../http/incident-api.ts';
import { incidentLines } from './incident-words.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface IncidentOptions extends RemoteOptions {
  readonly bundle?: string;
  readonly format: 'json' | 'markdown';
}

export function incidentCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('incident', 'show one incident with its timeline, or write everything about it to a file')
    .argument('<id>', 'integration')
    .argument('<incident>', 'its name, for example incident-3')
    .option('--bundle <file>', 'write the bundle to this file, - for stdout')
    .addOption(new Option('--format <format>', 'format of the bundle').choices(['json', 'markdown']).default('json'))
    .action(async (id: string, incident: string, options: IncidentOptions) => {
      const path = `incidents/${encodeURIComponent(id)}/${encodeURIComponent(incident)}`;
      done(await (options.bundle === undefined ? show(path, options) : bundle(path, options.bundle, options)));
    });
}

async function show(path: string, options: IncidentOptions): Promise<number> {
  const view = await clientOf(options).get(path, incidentViewSchema);
  if (options.json) terminal.printJson({ kind: 'incident', ...view });
  else for (const line of incidentLines(view)) terminal.print(line);
  return 0;
}

async function bundle(path: string, file: string, options: IncidentOptions): Promise<number> {
  const text = await clientOf(options).text(`${path}/bundle?format=${options.format}`);
  if (file === '-') {
    terminal.print(text.trimEnd());
    return 0;
  }
  try {
    await writeFile(file, text);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    const todo = 'Name a file in a folder that you may write to';
    throw new CodedError('SW_USAGE', { doing: 'writing the bundle', expected: 'a file', found, todo, cause });
  }
  if (options.json) terminal.printJson({ kind: 'bundle', file, format: options.format });
  else terminal.say(`The bundle was written to ${file}.`);
  return 0;
}
