/** What concerns all integrations, in words. */
import type { FleetView } from '../../http/fleet-api.ts';
import { clockTime } from './clock-time.ts';
import { counted } from './quantity.ts';
import type { StatusWord } from './statuses.ts';

export interface FleetNotice extends StatusWord {
  readonly text: string;
}

/** What stands against every ladder now, the strongest first. */
export function fleetNotices({ brake, storm, dryRun }: FleetView, now: number): readonly FleetNotice[] {
  return [
    ...(brake === null ? [] : [brakeNotice(brake, now)]),
    ...(storm.phase === 'calm' ? [] : [stormNotice(storm, now)]),
    ...(dryRun === null ? [] : [dryRunNotice(dryRun, now)]),
  ];
}

function brakeNotice({ at, by, reason }: NonNullable<FleetView['brake']>, now: number): FleetNotice {
  const why = reason === '' ? 'No reason was given.' : `Reason: ${reason}`;
  const text = `On since ${clockTime(at, now)}, by ${by}. ${why} No ladder carries anything out; synchronizations go on.`;
  return { word: 'Brake on', tone: 'bad', text };
}

const phases: Record<Exclude<FleetView['storm']['phase'], 'calm'>, string> = {
  holding: 'Nothing is restarted: a cause that many share is not healed by restarts.',
  cautious: 'It has lasted long: one integration at a time may act.',
  cooling: 'It is over; nothing is restarted until it has been calm for a while.',
};

function stormNotice({ phase, since, among, until }: FleetView['storm'], now: number): FleetNotice {
  const begun = since === null ? '' : ` since ${clockTime(since, now)}`;
  const end = until === null ? '' : ` This changes by itself at ${clockTime(until, now)}.`;
  const names = `${counted(among.length, 'integration')} failed together${begun}: ${among.join(', ')}.`;
  return {
    word: phase === 'cooling' ? 'After a storm' : 'Storm',
    tone: 'warn',
    text: `${names} ${phases[phase === 'calm' ? 'cooling' : phase]}${end}`,
  };
}

function dryRunNotice({ at, by }: NonNullable<FleetView['dryRun']>, now: number): FleetNotice {
  const who = at === null ? 'By the configuration.' : `Since ${clockTime(at, now)}, by ${by}.`;
  return {
    word: 'Dry run of all ladders',
    tone: 'busy',
    text: `${who} Everything is decided and written down; nothing is carried out.`,
  };
}
