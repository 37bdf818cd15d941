/** Makes one operation of a disk fail, or it and all that follow. */
import type { CrashFileSystem, Operation } from '../../src/simulation/disk/crash-file-system.ts';

export interface Fault {
  readonly kind: Operation;
  /** Which operation of that kind, 1 and up. */
  readonly nth: number;
  readonly code: 'EIO' | 'ENOSPC';
  /** Whether all of that kind fail from then on. */
  readonly isLasting: boolean;
}

/** The operations that a device can refuse. */
export const operationKinds: readonly Operation[] = [
  'write',
  'sync',
  'open',
  'rename',
  'remove',
  'truncate',
  'sync-directory',
];

/** Plants a fault; answers how many operations of that kind there have been. */
export function plantFault(fileSystem: CrashFileSystem, { kind, nth, code, isLasting }: Fault): () => number {
  let count = 0;
  let asked = '';
  fileSystem.failWhen((operation, path) => {
    // One operation may ask twice, before and after it has counted.
    const call = `${operation} ${path} ${fileSystem.counts.get(operation) ?? 0}`;
    const isSecond =
      (operation === 'write' || operation === 'sync') &&
      asked !== '' &&
      call !== asked &&
      asked.startsWith(`${operation} ${path} `);
    asked = isSecond ? '' : call;
    if (operation !== kind) return null;
    if (!isSecond) count += 1;
    return (isLasting ? count >= nth : count === nth) ? code : null;
  });
  return () => count;
}
