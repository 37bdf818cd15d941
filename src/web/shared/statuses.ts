/** Each status as a word with its tone: connection, synchronization, ladder and rungs. */
import type { IntegrationView, RungView } from '../../http/api.ts';
import type { Tone } from './tone.ts';

/** A status for people. */
export interface StatusWord {
  readonly word: string;
  readonly tone: Tone;
}

const connectionWords: Record<IntegrationView['connection']['status'], StatusWord> = {
  connected: { word: 'connected', tone: 'ok' },
  // Operators know this state by the colour of the role in their own tool.
  warning: { word: 'warning (yellow)', tone: 'warn' },
  disconnected: { word: 'disconnected', tone: 'bad' },
};

export function connectionWord({ status }: IntegrationView['connection']): StatusWord {
  return connectionWords[status];
}

const synchronizationWords: Record<IntegrationView['synchronization']['status'], StatusWord> = {
  idle: { word: 'idle', tone: 'calm' },
  preflight: { word: 'preflight', tone: 'busy' },
  inventory: { word: 'inventory', tone: 'busy' },
  transferring: { word: 'transferring', tone: 'busy' },
  sweeping: { word: 'sweeping', tone: 'busy' },
  proving: { word: 'proving', tone: 'busy' },
  succeeded: { word: 'succeeded', tone: 'ok' },
  incomplete: { word: 'incomplete', tone: 'warn' },
  interrupted: { word: 'interrupted', tone: 'warn' },
  held: { word: 'held', tone: 'calm' },
  cancelled: { word: 'cancelled', tone: 'calm' },
};

export function synchronizationWord({ status, stalled }: IntegrationView['synchronization']): StatusWord {
  return stalled ? { word: 'stalled', tone: 'bad' } : synchronizationWords[status];
}

/** Whether a run is under way. */
export function isRunning({ status }: IntegrationView['synchronization']): boolean {
  return synchronizationWords[status].tone === 'busy';
}

const ladderWords: Record<IntegrationView['ladder']['status'], StatusWord> = {
  watching: { word: 'watching', tone: 'ok' },
  confirming: { word: 'confirming', tone: 'warn' },
  diagnosing: { word: 'diagnosing', tone: 'busy' },
  waiting: { word: 'waiting', tone: 'warn' },
  asking: { word: 'asks for approval', tone: 'bad' },
  claiming: { word: 'waits for the fleet', tone: 'warn' },
  acting: { word: 'acting', tone: 'busy' },
  instructing: { word: 'asks a person', tone: 'bad' },
  rehearsing: { word: 'dry run', tone: 'calm' },
  settling: { word: 'settling', tone: 'busy' },
  proving: { word: 'proving', tone: 'busy' },
  quarantined: { word: 'quarantined', tone: 'bad' },
};

export function ladderWord({ status }: IntegrationView['ladder']): StatusWord {
  return ladderWords[status];
}

const rungWords: Record<RungView['status'], StatusWord> = {
  ready: { word: 'ready', tone: 'calm' },
  current: { word: 'current', tone: 'busy' },
  tried: { word: 'tried', tone: 'warn' },
  skipped: { word: 'passed over', tone: 'calm' },
  spent: { word: 'spent', tone: 'bad' },
};

export function rungWord({ status }: RungView): StatusWord {
  return rungWords[status];
}

/** The one status that says most about an integration, for lists. */
export function overallWord(view: IntegrationView): StatusWord {
  // These need a person, whatever else is wrong.
  if (view.ladder.status === 'quarantined' || view.ladder.asks !== null) return ladderWord(view.ladder);
  if (view.connection.status !== 'connected') return connectionWord(view.connection);
  return synchronizationWord(view.synchronization);
}
