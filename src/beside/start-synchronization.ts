/**
 * Starts a synchronization of the role through the configured provider, in the supervisor: the plugin watches what comes
 * of it. Asked again after a crash, it asks reality first.
 */
import type { Mode } from '../../machines/mode.ts';
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import { colourOf } from './role-colour.ts';
import type { RoleReading } from './role-reader.ts';

/** The remedy that starts one. */
export const startRemedy = 'start-synchronization';

export interface Wanted {
  readonly runId: string;
  readonly mode: Mode;
  /** `schedule`, `ladder`, or who asked. */
  readonly requestedBy: string;
}

export interface StartParts {
  /** Null where none is configured: a person starts it, or nobody. */
  readonly provider: Remedy | null;
  readonly readRole: (signal: AbortSignal) => Promise<RoleReading>;
}

/**
 * Answers what the plugin is to expect: `full`, that one was started or is under way; `delta`, that none was.
 *
 * A run that was interrupted resumes with a new execution, and so with a new key: nothing of the role's resumes, so it is
 * started once more. The same execution after a crash has the key it had.
 *
 * @throws CodedError what the Web SDK and the provider throw
 */
export async function startSynchronization(
  { provider, readRole }: StartParts,
  { runId, mode, requestedBy }: Wanted,
  execution: RemedyUse,
): Promise<Mode> {
  // On schedule the role looks after itself: changes come to it as they happen.
  if (provider === null || mode === 'delta' || requestedBy === 'schedule') return 'delta';
  const use = { ...execution, idempotencyKey: `${runId}/${execution.idempotencyKey}` };
  const role = await readRole(use.signal);
  const colour = colourOf({ ...role, port: 'open', sipassReachable: true, underWay: true });
  // Red: there is nothing that could be started, and the plugin tells so.
  if (colour === 'red') return 'delta';
  // Yellow: one may be under way, and a second would help nobody.
  if (colour !== 'green') return 'full';
  if (!(await wasStarted(provider, use))) await provider.act(use);
  return 'full';
}

/** Whether one was started since the intent. A provider that cannot tell is asked again: it knows the key. */
async function wasStarted(provider: Remedy, use: RemedyUse): Promise<boolean> {
  try {
    return (await provider.wasDone(use)) === true;
  } catch (error) {
    if (use.signal.aborted) throw error;
    return false;
  }
}
