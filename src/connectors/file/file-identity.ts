/** By what a file is known to be the same, with the same content, as at another time. */
import type { BigIntStats } from 'node:fs';
import { z } from 'zod';

/** Plain JSON, so that a cursor and a bookmark can hold it; what does not fit a number is text. */
export const fileIdentitySchema = z.strictObject({
  /** Bytes. */
  size: z.number().int().min(0),
  /** Nanoseconds since the epoch. */
  modifiedNs: z.string().regex(/^-?\d+$/),
  /** Tells a file from one that has taken its place under the same name. */
  inode: z.string().regex(/^\d+$/),
});

export type FileIdentity = z.output<typeof fileIdentitySchema>;

export function identityOf(stats: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): FileIdentity {
  return { size: Number(stats.size), modifiedNs: String(stats.mtimeNs), inode: String(stats.ino) };
}

/** Whether both are the same file with, as far as its size and time tell, the same content. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.modifiedNs === b.modifiedNs && a.inode === b.inode;
}
