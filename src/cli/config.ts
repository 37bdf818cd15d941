/** `syncwarden config`: whether a configuration file is right, without starting anything. */
import { Command } from 'commander';
import { readConfig } from '../supervise/config.ts';
import { terminal } from './terminal.ts';

export function configCommand(done: (exitCode: number) => void): Command {
  const check = new Command('check')
    .description('read and check a configuration file')
    .requiredOption('--config <file>', 'configuration file (YAML)')
    .option('--json', 'print a JSON line')
    .action(async ({ config: file, json }: { config: string; json?: boolean }) => {
      const { integrations } = await readConfig(file, process.env);
      if (json) terminal.printJson({ kind: 'valid', integrations: integrations.map(({ id }) => id) });
      else
        for (const { id, source, target, policy } of integrations)
          terminal.print(describe(id, source.url, target.url, policy.ladder.rungs));
      done(0);
    });
  return new Command('config').description('work with configuration files').addCommand(check);
}

function describe(id: string, source: string, target: string, rungs: readonly { readonly id: string }[]): string {
  return `${id}: ${source} -> ${target}; ladder: ${rungs.map((rung) => rung.id).join(', ')}, then a person`;
}
