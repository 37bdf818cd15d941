/**
 * One owner per folder, across processes: a file made with `O_EXCL` that names the owner.
 *
 * The plugin host already runs one synchronization at a time, but an orphaned host may outlive a killed supervisor for
 * a moment. The lock of a process that is gone is taken over; a reused process id is told apart by its start time
 * where the system states it.
 */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';

const ownerSchema = z.object({ pid: z.number().int(), startedAt: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** Locks held by this process: its own id in a file proves nothing, a container often reuses one id for ever. */
const held = new Set<string>();

/**
 * Takes the lock of a folder; the answer gives it back.
 *
 * @throws CodedError `SW_DATA_LOCKED` while another owner lives.
 */
export function takeOwnership(folder: string, pid: number = process.pid): () => void {
  const file = join(folder, 'owner.json');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, JSON.stringify({ pid, startedAt: startTime(pid) } satisfies Owner));
      closeSync(handle);
      held.add(file);
      return () => {
        if (held.delete(file)) rmSync(file, { force: true });
      };
    } catch (error) {
      if (!isExisting(error)) throw unwritable(folder, error);
      if (held.has(file) || isAlive(readOwner(file), pid)) throw locked(folder, file);
      rmSync(file, { force: true });
    }
  }
  throw locked(folder, file);
}

/**
 * Ends the process that owns a folder, with SIGKILL: the fencing of an orphan that neither works nor leaves. Only for
 * whoever knows that the owner must be an orphan. Does nothing where a reused process id could not be told apart.
 */
export function endOwner(folder: string): void {
  const owner = readOwner(join(folder, 'owner.json'));
  if (owner === null || owner.startedAt === '' || !isAlive(owner, process.pid)) return;
  process.kill(owner.pid, 'SIGKILL');
}

function readOwner(file: string): Owner | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // a torn file of a killed owner, or one that was given back just now
  }
}

function isAlive(owner: Owner | null, self: number): boolean {
  if (owner === null || owner.pid === self) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // kill throws system errors only
  }
  return owner.startedAt === startTime(owner.pid);
}

/** Field 22 of `/proc/PID/stat`, or nothing where there is no such file. */
function startTime(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return '';
  const text = readFileSync(stat, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function locked(folder: string, file: string): CodedError {
  return new CodedError('SW_DATA_LOCKED', {
    doing: `opening the entity index ${folder}`,
    expected: 'no other owner',
    found: `the lock ${file} of a living process`,
    todo: 'Stop the other process, or give each integration a folder of its own',
  });
}

function unwritable(folder: string, cause: unknown): CodedError {
  return new CodedError('SW_DATA_UNWRITABLE', {
    doing: `opening the entity index ${folder}`,
    expected: 'a folder that can be written',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Check that the folder exists, its owner and the free space',
    cause,
  });
}
