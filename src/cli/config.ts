/** `syncwarden config`: whether a configuration file is right, and what its ladders will do, without starting anything. */
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../core/clock.ts';
import { isError, lintSite } from '../core/policy-lint.ts';
import { timetableOf } from '../core/timetable.ts';
import { type IntegrationConfig, readConfig } from '../supervise/config.ts';
import { contradiction, findingWords } from './config-findings.ts';
import { terminal } from './terminal.ts';
import { tellTimetable } from './timetable.ts';

interface CheckOptions {
  readonly config: string;
  readonly at?: number;
  readonly json?: boolean;
}

export function configCommand(done: (exitCode: number) => void): Command {
  const check = new Command('check')
    .description('read and check a configuration file, and tell what its ladders do if nothing helps')
    .requiredOption('--config <file>', 'configuration file (YAML)')
    .option('--at <instant>', 'instant of the timetables, such as 2026-03-02T10:00:00Z (default: now)', instantOf)
    .option('--json', 'print JSON lines')
    .action(async (options: CheckOptions) => done(await runCheck(options)));
  return new Command('config').description('work with configuration files').addCommand(check);
}

async function runCheck({ config: file, at = systemClock.now(), json = false }: CheckOptions): Promise<number> {
  const config = await readConfig(file, process.env);
  const findings = lintSite(config, { at });
  for (const finding of findings)
    if (json) terminal.printJson({ kind: 'finding', ...finding });
    else if (isError(finding)) terminal.say(findingWords(finding));
    else terminal.print(findingWords(finding));
  const error = contradiction(file, findings);
  if (error !== null) throw error;
  for (const integration of config.integrations) tellIntegration(integration, at, json);
  if (json) terminal.printJson({ kind: 'valid', integrations: config.integrations.map(({ id }) => id) });
  return 0;
}

function tellIntegration({ id, source, target, policy }: IntegrationConfig, at: number, json: boolean): void {
  const timetable = timetableOf({ id, policy, at });
  if (json) {
    terminal.printJson({ kind: 'timetable', integration: id, ...timetable });
    return;
  }
  const rungs = policy.ladder.rungs.map((rung) => rung.id).join(', ');
  terminal.print(`${id}: ${source.url} -> ${target.url}; ladder: ${rungs}, then a person`);
  for (const line of tellTimetable(timetable)) terminal.print(line);
}

/** An instant on the command line, as epoch milliseconds. */
function instantOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError('expected an instant, such as 2026-03-02T10:00:00Z.');
}
