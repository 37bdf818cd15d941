/**
 * What the colour of the role means. Yellow alone means nothing: the role is yellow while it synchronizes, and yellow
 * when it has lost its proxy. Pure.
 */

export const runningStates = ['Running', 'NotRunning', 'Warning'] as const;
export type RunningState = (typeof runningStates)[number];

export type Colour = 'green' | 'yellow-syncing' | 'yellow-disconnected' | 'yellow-unknown' | 'red';

/** What can be seen of the role from outside. */
export interface Sight {
  /** Null for what is none of the known states. */
  readonly runningState: RunningState | null;
  /** Null where it cannot be read. */
  readonly isOnline: boolean | null;
  /** `blocked`: closed from here, though the role was seen to use it; then it tells nothing. */
  readonly port: 'open' | 'closed' | 'blocked';
  readonly sipassReachable: boolean;
  /** A synchronization was started, or its counts have moved, and it was not seen to end. */
  readonly underWay: boolean;
}

export function colourOf({ runningState, isOnline, port, sipassReachable, underWay }: Sight): Colour {
  if (runningState === 'NotRunning' || isOnline === false) return 'red';
  // The role is the one that uses the port: where it is content, a port that is closed from here is a firewall.
  if (runningState === 'Running') return 'green';
  if (runningState === null) return 'yellow-unknown';
  if (port === 'closed' || !sipassReachable) return 'yellow-disconnected';
  return underWay ? 'yellow-syncing' : 'yellow-unknown';
}

/** Whether it is a reason to act. */
export const isTrouble = (colour: Colour): boolean => colour === 'red' || colour === 'yellow-disconnected';

/** Whether a synchronization may be under way. */
export const isYellow = (colour: Colour): boolean => colour.startsWith('yellow');

/** Each as what was seen, to go after the name of the role. */
export const colourWords: { readonly [colour in Colour]: string } = {
  green: 'is well',
  'yellow-syncing': 'is yellow and synchronizes',
  'yellow-disconnected': 'is yellow and has no connection to SiPass',
  'yellow-unknown': 'is yellow, and nothing tells why: it may be synchronizing',
  red: 'is red: it does not run',
};
