/**
 * One owner per data directory, and an epoch that grows by one with each owner.
 *
 * The lock of epoch n is the file `lock-n.json`, created exclusively. A dead owner is not removed but outnumbered: the
 * next one creates `lock-(n+1).json`, and of two takers only one can. Then it looks around once more and gives way to
 * whoever came before or after; only when it is alone does it write `epoch-n`, which outlives it, and own the directory.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { errnoOf, type FileSystem, readIfPresent, removeIfPresent, writeWhole } from './durable-file.ts';
import type { ProcessIdentity, ProcessTable } from './process-table.ts';

export interface DirectoryLockOptions {
  readonly fileSystem: FileSystem;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** An existing directory. */
  readonly directory: string;
}

/** Where to look, and how. */
type Place = Omit<DirectoryLockOptions, 'clock'>;

export interface DirectoryLock {
  /** The fencing token of this owner. */
  readonly epoch: number;
  /** False once the lock was taken away, for example because somebody deleted its file. */
  isHeld(): Promise<boolean>;
  /** Gives the directory up. */
  release(): Promise<void>;
}

const holderSchema = z.object({
  pid: z.int().min(1),
  start: z.string().nullable(),
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

interface Claim {
  readonly epoch: number;
  /** Null while its creator has not written it yet, or died before it had. */
  readonly holder: Holder | null;
}

interface Survey {
  readonly claims: readonly Claim[];
  /** Claims of other processes that may still be running. */
  readonly alive: readonly (Claim & { readonly holder: Holder })[];
  /** Epochs that were owned, as far as their marks are kept. */
  readonly marks: readonly number[];
}

/** How often two processes that open at the same moment give way to each other before both are refused. */
const attemptsMax = 20;

/**
 * Takes the directory.
 *
 * @throws CodedError SW_DATA_LOCKED with the owner's process number and since when it owns the directory
 */
export async function lockDirectory(options: DirectoryLockOptions): Promise<DirectoryLock> {
  const self = await options.processes.self();
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const before = await survey(options, null);
    const [owner] = before.alive;
    if (owner !== undefined) throw lockedError(options, owner, self);
    const epoch = Math.max(0, ...before.marks, ...before.claims.map((claim) => claim.epoch)) + 1;
    if (!(await claim(options, epoch, self))) continue;
    const lock = await settle(options, epoch).catch(async (error: unknown) => {
      await giveUp(options, epoch).catch(() => {}); // the first error says more
      throw error;
    });
    if (lock !== null) return lock;
    await giveUp(options, epoch);
  }
  throw lockedError(options, null, self);
}

/** Creates the claim; false when another process was first. */
async function claim(options: DirectoryLockOptions, epoch: number, self: ProcessIdentity): Promise<boolean> {
  const { fileSystem, clock } = options;
  const holder: Holder = { ...self, since: new Date(clock.now()).toISOString() };
  try {
    await writeWhole(fileSystem, lockPath(options, epoch), [Buffer.from(`${JSON.stringify(holder)}\n`)]);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    await giveUp(options, epoch).catch(() => {}); // a full disk may have left it empty; the first error says more
    throw error;
  }
}

const giveUp = (options: DirectoryLockOptions, epoch: number) =>
  removeIfPresent(options.fileSystem, lockPath(options, epoch));

/** Looks around once more with the claim in place: owns the directory, or answers null to give way. */
async function settle(options: DirectoryLockOptions, epoch: number): Promise<DirectoryLock | null> {
  const found = await survey(options, epoch);
  const others = [...found.marks, ...found.claims.map((other) => other.epoch)];
  return found.alive.length === 0 && others.every((other) => other < epoch) ? own(options, epoch, found) : null;
}

async function own(options: DirectoryLockOptions, epoch: number, found: Survey): Promise<DirectoryLock> {
  const { fileSystem, directory } = options;
  await writeWhole(fileSystem, markPath(options, epoch), []);
  await fileSystem.syncDirectory(directory);
  for (const dead of found.claims) await removeIfPresent(fileSystem, lockPath(options, dead.epoch));
  for (const mark of found.marks) await removeIfPresent(fileSystem, markPath(options, mark));
  return {
    epoch,
    async isHeld() {
      const names = (await fileSystem.list(directory)).map(parseName);
      return (
        names.some((name) => name?.kind === 'lock' && name.epoch === epoch) &&
        names.every((name) => name === null || name.epoch <= epoch)
      );
    },
    release: () => giveUp(options, epoch),
  };
}

/** Who says of himself that he owns a directory. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When he took it, ISO 8601. */
  readonly since: string;
  /** False when he died without giving it up: the next one takes it over. */
  readonly isAlive: boolean;
}

/** The newest claim on a directory, without making one; null when there is none. */
export async function holderOf(options: Place): Promise<LockHolder | null> {
  const { claims, alive } = await survey(options, null);
  const newest = [...claims].sort((one, other) => other.epoch - one.epoch).find(({ holder }) => holder !== null);
  if (!newest?.holder) return null;
  const { pid, host, since } = newest.holder;
  return { pid, host, since, isAlive: alive.some(({ epoch }) => epoch === newest.epoch) };
}

/** Looks who is there; `ownEpoch` names a claim to leave out. */
async function survey(options: Place, ownEpoch: number | null): Promise<Survey> {
  const { fileSystem, processes, directory } = options;
  const names = (await fileSystem.list(directory)).map(parseName).filter((name) => name !== null);
  const marks = names.filter(({ kind }) => kind === 'epoch').map(({ epoch }) => epoch);
  const claims: Claim[] = [];
  const alive: (Claim & { readonly holder: Holder })[] = [];
  for (const { kind, epoch } of names) {
    if (kind !== 'lock' || epoch === ownEpoch) continue;
    const holder = parseHolder(await readIfPresent(fileSystem, lockPath(options, epoch)));
    claims.push({ epoch, holder });
    if (holder !== null && (await processes.isAlive(holder))) alive.push({ epoch, holder });
  }
  return { claims, alive, marks };
}

function parseHolder(content: Buffer | null): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}

const digits = (epoch: number) => String(epoch).padStart(12, '0');
const lockPath = (options: { readonly directory: string }, epoch: number) =>
  join(options.directory, `lock-${digits(epoch)}.json`);
const markPath = (options: { readonly directory: string }, epoch: number) =>
  join(options.directory, `epoch-${digits(epoch)}`);

function parseName(name: string): { readonly kind: 'lock' | 'epoch'; readonly epoch: number } | null {
  const [, lock, mark] = /^(?:lock-(\d{12})\.json|epoch-(\d{12}))$/.exec(name) ?? [];
  if (lock !== undefined) return { kind: 'lock', epoch: Number(lock) };
  return mark === undefined ? null : { kind: 'epoch', epoch: Number(mark) };
}

function lockedError(options: DirectoryLockOptions, owner: Survey['alive'][number] | null, self: ProcessIdentity) {
  const doing = `opening the data directory ${options.directory}`;
  const expected = 'that no other process owns it';
  if (owner === null) {
    const found = 'other processes that are opening it at this very moment';
    return new CodedError('SW_DATA_LOCKED', { doing, expected, found, todo: 'Start one of them only' });
  }
  const { pid, host, since } = owner.holder;
  const isHere = host === self.host;
  return new CodedError('SW_DATA_LOCKED', {
    doing,
    expected,
    found: `process ${pid}${isHere ? '' : ` on ${host}`}, which has owned it since ${since}`,
    todo: isHere
      ? 'Stop that process, or choose another data directory'
      : `Stop it there; if that machine is gone for good, delete ${lockPath(options, owner.epoch)}`,
  });
}
