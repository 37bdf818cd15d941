/** A page of history, newest first, over a log that is read forwards. */
import type { Commit, Runtime } from '../runtime/runtime.ts';

export interface PageQuery {
  readonly key: string;
  /** Only steps with a smaller sequence number. */
  readonly before: number;
  readonly limit: number;
}

/** Most sequence numbers that one page looks back over: an integration that slept longer has an empty page. */
const scanSeqsMax = 400_000;
const spanSeqsMax = 40_000;
/** Entries read at once. */
const readAtOnce = 200;

/** Looks back in spans that grow until the page is full: a busy integration is found in the first. */
export async function newestFirst(runtime: Runtime, { key, before, limit }: PageQuery): Promise<readonly Commit[]> {
  const found: Commit[] = [];
  let end = Math.min(before - 1, runtime.lastSeq());
  const floor = Math.max(0, end - scanSeqsMax);
  for (let span = 2 * limit; end > floor && found.length < limit; span = Math.min(4 * span, spanSeqsMax)) {
    const start = Math.max(floor, end - span);
    found.push(...(await spanOf(runtime, key, { start, end })).reverse());
    end = start;
  }
  return found.slice(0, limit);
}

/** The steps after `start` up to and with `end`, oldest first. */
async function spanOf(
  runtime: Runtime,
  key: string,
  { start, end }: { start: number; end: number },
): Promise<Commit[]> {
  const found: Commit[] = [];
  for (let cursor = start; cursor < end; ) {
    const limit = Math.min(readAtOnce, end - cursor);
    const commits = await runtime.history({ key, afterSeq: cursor, limit });
    found.push(...commits.filter(({ seq }) => seq <= end));
    if (commits.length < limit) break;
    cursor = commits.at(-1)?.seq ?? end;
  }
  return found;
}
