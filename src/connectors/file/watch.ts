/** Tells when exported files have changed: for a run without waiting for its turn. */
import { watch as watchFolder } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { identityOf } from './file-identity.ts';
import { type FileSourceOptions, fileSourceOptionsSchema, filesToRead } from './options.ts';
import { look, type Watched } from './settling.ts';

export interface WatchFilesOptions extends FileSourceOptions {
  readonly clock: Clock;
  /** Whether the system is asked to tell of changes; without it, files are only looked at every `pollMs`. @default true */
  readonly listen?: boolean;
}

/**
 * Calls `onChange` with the kinds whose files have changed, come or gone, and then stayed as they are for `settleMs`. It
 * listens to the folders, because exports replace files by renaming, and looks by itself every `pollMs`, because folders
 * on a network tell nothing. `onChange` must not throw.
 *
 * Resolves when it watches: what changes from then on is told. Ends when the signal aborts.
 */
export async function watchFiles(
  { clock, listen = true, ...options }: WatchFilesOptions,
  onChange: (kinds: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const settings = fileSourceOptionsSchema.parse(options);
  const files = filesToRead(settings);
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  const known = new Map<string, Watched>();
  const listeners = new Map<string, () => void>();
  let cancelTimer = () => {};
  let looking = false;
  let lookAgain = false;

  const lookOnce = async (): Promise<void> => {
    cancelTimer();
    const looks = await Promise.all(
      files.map(async ({ kind, path }) => {
        const seen = await stat(path, { bigint: true }).then(identityOf, () => null);
        const nowMs = clock.monotonic();
        const before = known.get(kind) ?? { told: seen, seen, sinceMs: nowMs }; // the first look tells nothing
        return { kind, ...look(before, seen, nowMs, settings.settleMs) };
      }),
    );
    if (signal.aborted) return;
    for (const { kind, watched } of looks) known.set(kind, watched);
    for (const folder of folders) listenTo(folder);
    const waits = looks.flatMap(({ againMs }) => (againMs === null ? [] : [againMs]));
    cancelTimer = clock.schedule(Math.min(settings.pollMs, ...waits), notice);
    const changed = looks.filter((one) => one.changed).map(({ kind }) => kind);
    if (changed.length > 0) onChange(changed);
  };

  /** Looks, one look at a time: what is noticed during a look is looked at after it. */
  const lookUntilQuiet = async (): Promise<void> => {
    looking = true;
    do {
      lookAgain = false;
      await lookOnce();
    } while (lookAgain && !signal.aborted);
    looking = false;
  };
  const notice = (): void => {
    if (looking) lookAgain = true;
    else void lookUntilQuiet();
  };

  /** Listens to a folder, if that can be and is not done already: a folder may come later, or lose its listener. */
  const listenTo = (folder: string): void => {
    if (!listen || listeners.has(folder)) return;
    try {
      const watcher = watchFolder(folder, { persistent: false }, notice);
      const close = () => {
        watcher.close();
        listeners.delete(folder);
      };
      watcher.on('error', close); // the poll goes on, and listens again
      listeners.set(folder, close);
    } catch {
      // Not there, or on a system that cannot tell: the poll finds it.
    }
  };

  signal.throwIfAborted();
  const end = () => {
    cancelTimer();
    for (const close of [...listeners.values()]) close();
  };
  signal.addEventListener('abort', end, { once: true });
  for (const folder of folders) listenTo(folder); // before the first look, so that nothing happens between the two
  await lookUntilQuiet();
}
