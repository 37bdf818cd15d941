/** What stands against every ladder of the fleet, in sentences: the brake, a storm, a dry run. */
import type { FleetContext } from '../../machines/fleet/memory.ts';
import { dueAt, sentence, type Told } from './explain-situation.ts';
import type { TimeWords } from './explain-time.ts';

/** Most integrations that one sentence names. */
const namesMax = 8;

/** `a, b and c`, of many the first and how many more. */
export function namesText(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  if (names.length > namesMax) return `${names.slice(0, namesMax).join(', ')} and ${names.length - namesMax} more`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Why no ladder acts now, or acts otherwise than by its own rules. */
export function fleetReasons({ fleet, time }: Told): readonly string[] {
  if (fleet === null) return [];
  const { brake } = fleet.context;
  const braked = brake === null ? [] : [brakeSentence(brake, time)];
  return [...braked, ...stormReasons({ fleet, time }), ...dryRunReasons({ fleet, time })];
}

function brakeSentence({ at, by, reason }: NonNullable<FleetContext['brake']>, time: TimeWords): string {
  const why = reason.trim() === '' ? '.' : `: ${sentence(reason)}`;
  return `The brake has been on since ${time.past(at)}, by ${by}${why} No ladder carries anything out while it is on.`;
}

type FleetTold = Pick<Told, 'time'> & { readonly fleet: NonNullable<Told['fleet']> };

function stormReasons({ fleet, time }: FleetTold): readonly string[] {
  const { storm, stormPhase } = fleet.context;
  if (storm === null || stormPhase === 'calm') return [];
  const among = `${namesText(storm.among)} began to fail together`;
  switch (stormPhase) {
    case 'holding':
      return [
        `A storm since ${time.past(storm.since)}: ${among}, and no component that they share explains it. Most likely the cause is one that no restart heals, so nothing is restarted.`,
      ];
    case 'cautious':
      return [
        `A storm since ${time.past(storm.since)} goes on: ${among}. It has been waited for long enough, so one integration at a time may act.`,
      ];
    case 'cooling': {
      const due = dueAt(fleet, 'coolDown');
      return [
        `A storm has just ended; news of recovery arrive unevenly, so nothing is restarted${due === null ? ' yet' : ` until ${time.due(due)}`}.`,
      ];
    }
  }
}

function dryRunReasons({ fleet, time }: FleetTold): readonly string[] {
  const { dryRun, policy } = fleet.context;
  const what = 'every rung is decided and written down, and nothing is carried out.';
  if (dryRun !== null) return [`A dry run since ${time.past(dryRun.at)}, by ${dryRun.by}: ${what}`];
  return policy.dryRun ? [`A dry run, by the configuration: ${what}`] : [];
}

/** What would let the ladders of the fleet go on. */
export function fleetChanges({ fleet, time }: Told): readonly string[] {
  if (fleet === null) return [];
  const { brake, dryRun, policy, storm, stormPhase } = fleet.context;
  const holdEnds = dueAt(fleet, 'stormHold');
  return [
    brake === null
      ? 'The brake would stop the ladders of all integrations: syncwarden brake on.'
      : 'Releasing the brake lets the ladders go on: syncwarden brake off.',
    ...(storm !== null && stormPhase === 'holding'
      ? [
          `The storm ends when no more than ${Math.round(policy.storm.share * 100)} % of all integrations are still failing among those that it began with${holdEnds === null ? '' : `; if it lasts, one at a time may act from ${time.due(holdEnds)} on`}.`,
        ]
      : []),
    ...(dryRun === null ? [] : ['Ending the dry run lets the ladders act: syncwarden dry-run off.']),
    ...(dryRun === null && policy.dryRun
      ? ['The configuration has to be changed to end the dry run: fleet.dryRun.']
      : []),
  ];
}
