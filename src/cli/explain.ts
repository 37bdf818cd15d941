/** `syncwarden explain`: why the ladder of an integration does what it does, and what would change that. */
import type { Command } from 'commander';
import { explanationSchema } from '../http/fleet-api.ts';
import { integrationPath } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

interface ExplainOptions extends RemoteOptions {
  readonly timeZone: string;
}

export function explainCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('explain', 'say why the ladder does what it does, what comes next, and what would change that')
    .argument('<id>', 'integration')
    .option('--time-zone <name>', 'clocks on which times are told', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .action(async (id: string, options: ExplainOptions) => done(await explain(id, options)));
}

async function explain(id: string, options: ExplainOptions): Promise<number> {
  const path = `${integrationPath(id)}/explanation?timeZone=${encodeURIComponent(options.timeZone)}`;
  const explanation = await clientOf(options).get(path, explanationSchema);
  if (options.json) {
    terminal.printJson({ kind: 'explanation', ...explanation });
    return 0;
  }
  const parts = [
    ['Why', explanation.why],
    ['What was done', explanation.done],
    ['What happens next', explanation.next],
    ['What would change that', explanation.changes],
  ] as const;
  for (const [title, sentences] of parts) {
    if (sentences.length === 0) continue;
    terminal.print(title);
    for (const sentence of sentences) terminal.print(`  ${sentence}`);
  }
  return 0;
}
