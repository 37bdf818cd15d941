/** What every oracle is: it hears all that is experienced, and speaks when a rule is broken. */
import type { Config } from '../../../supervise/config.ts';
import type { MachineRoom } from '../room/machine-room.ts';
import type { Fact, Moment } from '../witness.ts';
import type { Intents } from './intents.ts';

export interface Oracle {
  take(fact: Fact, moment: Moment): void;
  /** Asked once, when the seed is over. */
  finish?(): Promise<void> | void;
}

export interface OracleParts {
  readonly room: MachineRoom;
  readonly config: Config;
  readonly intents: Intents;
  /** Names the rule that was broken. */
  readonly violate: (oracle: string, what: string) => void;
}

/** A ladder and its rungs, as they were configured. */
export function rungOf(config: Config, integration: string, rung: string) {
  const policy = config.integrations.find(({ id }) => id === integration)?.policy;
  return { ladder: policy?.ladder, rung: policy?.ladder.rungs.find(({ id }) => id === rung) };
}

export const timeText = (at: number) => new Date(at).toISOString();
