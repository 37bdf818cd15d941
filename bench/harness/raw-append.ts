/** The floor under every durable log: a loop of one write and one `fdatasync`, nothing else. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { perSecond } from './rounds.ts';

export interface RawAppend {
  /** File to create; it grows with each write. */
  readonly path: string;
  /** Length of each record. */
  readonly bytes: number;
  readonly records: number;
}

/** Records a second with the calls that block the process. */
export function rawAppendSync({ path, bytes, records }: RawAppend): number {
  const record = Buffer.alloc(bytes, 'x');
  const file = openSync(path, 'w');
  const startMs = performance.now();
  for (let i = 0; i < records; i++) {
    writeSync(file, record, 0, bytes, i * bytes);
    fdatasyncSync(file);
  }
  const rate = perSecond(records, startMs);
  closeSync(file);
  return rate;
}

/** Records a second with awaited calls. */
export async function rawAppendAsync({ path, bytes, records }: RawAppend): Promise<number> {
  const record = Buffer.alloc(bytes, 'x');
  const file = await open(path, 'w');
  const startMs = performance.now();
  for (let i = 0; i < records; i++) {
    await file.write(record, 0, bytes, i * bytes);
    await file.datasync();
  }
  const rate = perSecond(records, startMs);
  await file.close();
  return rate;
}
