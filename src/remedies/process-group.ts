/** Ends a program together with everything that it has started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, pause } from '../core/clock.ts';

/** A program started with these options leads a group of its own, which can be ended as a whole. */
export const groupOptions = { detached: process.platform !== 'win32', windowsHide: true } as const;

/** Between the request to end and the end by force. */
const graceMs = 5_000;
const lookEveryMs = 50;

/**
 * Asks the whole group to end (SIGTERM), and kills after a grace what is left of it. Resolves when nothing is left, or
 * when what is left has been killed. A process that has made itself the leader of another group (setsid) is out of reach.
 */
export async function endGroup(child: ChildProcess, clock: Clock): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') return endTree(pid);
  signalGroup(pid, 'SIGTERM');
  // The leader may be gone long before its children are: the group is what is looked at.
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(pid, 0); waitedMs += lookEveryMs)
    await pause(clock, lookEveryMs);
  signalGroup(pid, 'SIGKILL');
}

/** False when nobody is left in the group. */
function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

const treeKiller = 'taskkill.exe';

/** Windows knows neither groups nor a polite request: taskkill ends the tree as far as parents are still known. */
function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn(treeKiller, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    killer.once('error', () => resolve());
    killer.once('exit', () => resolve());
  });
}
