/** `syncwarden fleet`: storm, brake and dry run, who works on what, and how much of the budget is used. */
import type { Command } from 'commander';
import { spanText } from '../core/explain-time.ts';
import { type FleetView, fleetViewSchema } from '../http/fleet-api.ts';
import { iso } from './incident-words.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

export function fleetCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('fleet', 'show what concerns all integrations: storm, brake, dry run, who works on what').action(
    async (options: RemoteOptions) => {
      const fleet = await clientOf(options).get('fleet', fleetViewSchema);
      if (options.json) terminal.printJson({ kind: 'fleet', ...fleet });
      else for (const line of fleetLines(fleet)) terminal.print(line);
      done(0);
    },
  );
}

function fleetLines({ brake, dryRun, storm, deviating, size, budget, components }: FleetView): readonly string[] {
  const since = storm.since === null ? '' : ` since ${iso(storm.since)}, among ${storm.among.join(', ')}`;
  const begun = dryRun?.at == null ? 'by the configuration' : `since ${iso(dryRun.at)}, by ${dryRun.by}`;
  return [
    `storm      ${storm.phase}${since}`,
    `brake      ${brake === null ? 'off' : `ON since ${iso(brake.at)}, by ${brake.by}${brake.reason === '' ? '' : `: ${brake.reason}`}`}`,
    `dry run    ${dryRun === null ? 'off' : `ON ${begun}`}`,
    `budget     ${budget === null ? 'no limit' : `${budget.used} of ${budget.max} remedies used in ${spanText(budget.windowMs)}`}`,
    `deviating  ${deviating.length} of ${size}`,
    ...deviating.map((one) => `  ${one.integration}  since ${iso(one.since)}  ${one.code}: ${one.message}`),
    ...components.map(componentLine),
  ];
}

function componentLine({ component, held, waiting, lastDone, touches }: FleetView['components'][number]): string {
  const parts = [
    held === null ? 'free' : `${held.integration} works on it (${held.rung}) until ${iso(held.until)} at the latest`,
    ...(waiting.length === 0 ? [] : [`${waiting.map((one) => one.integration).join(', ')} wait for it`]),
    ...(lastDone === null ? [] : [`last done ${iso(lastDone.at)} for ${lastDone.integration}`]),
    ...(touches.length > 1 ? [`touches ${touches.join(', ')}`] : []),
  ];
  return `component  ${component}: ${parts.join('; ')}`;
}
