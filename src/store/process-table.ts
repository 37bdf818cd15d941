/** Who holds a lock, and whether that process still lives: the processes of this machine as a parameter. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process, told from another that was given the same number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Boot and moment at which the process started, where the system tells (Linux); otherwise null. */
  readonly start: string | null;
  readonly host: string;
}

export interface ProcessTable {
  /** The calling process. */
  self(): Promise<ProcessIdentity>;
  /** Whether the process may still be running. A process of another host cannot be seen and counts as running. */
  isAlive(process: ProcessIdentity): Promise<boolean>;
}

/** The processes of this machine. Without `/proc`, a recycled process number is taken for the old process. */
export const systemProcesses: ProcessTable = {
  self: async () => ({ pid: process.pid, start: await startOf(process.pid), host: hostname() }),
  async isAlive({ pid, start, host }) {
    if (host !== hostname()) return true;
    if (!isSignallable(pid)) return false;
    // Linux tells more: a zombie is dead, and a number that was given again belongs to another start.
    return start === null || (await startOf(pid)) === start;
  },
};

function isSignallable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Boot id and start time in clock ticks since that boot (proc(5), `/proc/[pid]/stat`, fields 3 and 22); null where the
 * system does not tell or the process is dead.
 */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses and may itself contain any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return ticks === undefined || state === 'Z' || state === 'X' ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}
