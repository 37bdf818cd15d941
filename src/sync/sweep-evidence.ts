/** The evidence a delete needs: a second listing that the walk covers, and a second look at each record. */
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { type IndexEntry, type Origin, refName } from './index/entity-index.ts';
import { type RunContext, stepsOf } from './run-context.ts';
import type { Candidates } from './sweep-candidates.ts';

/** A fresh listing of the keys of one kind, held against the walk. */
export interface Listing {
  readonly count: number;
  /** Whether the walk has met every listed key. If not, the walk was not whole and proves no absence. */
  readonly covered: boolean;
  /** Origins of candidates that are still listed. */
  readonly stillListed: ReadonlySet<string>;
}

/** Lists the kinds that can yield the candidates, each once. */
export async function listKinds(
  context: RunContext,
  candidates: readonly Candidates[],
): Promise<ReadonlyMap<string, Listing>> {
  const origins = new Set(
    candidates.flatMap(({ entries }) => entries).flatMap(({ origin }) => (origin ? [originName(origin)] : [])),
  );
  const kinds = new Set(candidates.flatMap(({ type }) => stepsOf(context.mapping, type)).map(({ kind }) => kind));
  const listings = new Map<string, Listing>();
  for (const kind of kinds) listings.set(kind, await listKind(context, kind, origins));
  return listings;
}

async function listKind(
  { source, index, run, signal }: RunContext,
  kind: string,
  candidates: ReadonlySet<string>,
): Promise<Listing> {
  const stillListed = new Set<string>();
  let count = 0;
  let covered = true;
  for await (const keys of source.keys(kind, signal)) {
    count += keys.length;
    const origins = keys.map((key) => ({ kind, key }));
    const records = await index.lookupRecords(origins);
    if (records.some((record) => record?.seen !== run.stampOf(kind))) covered = false;
    for (const origin of origins) if (candidates.has(originName(origin))) stillListed.add(originName(origin));
  }
  return { count, covered, stillListed };
}

/**
 * The candidates whose absence is proven; stops looking once there are more than `allowed`.
 *
 * A type is left alone while the listing of one of its kinds names a record that the walk has not met: the proof finds
 * that record, it is brought over, and the sweep comes again.
 */
export async function confirmAbsent(
  context: RunContext,
  type: string,
  entries: readonly IndexEntry[],
  listings: ReadonlyMap<string, Listing>,
  allowed: number,
): Promise<readonly IndexEntry[]> {
  const { mapping, source, limits } = context;
  if (!stepsOf(mapping, type).every(({ kind }) => listings.get(kind)?.covered)) return [];
  const limit = Math.min(limits.readConcurrency, source.capabilities.maxConcurrency);
  const absent: IndexEntry[] = [];
  for (const part of chunks(entries, Math.max(1, limit))) {
    const gone = await forEachBounded(part, limit, (entry) => isGone(context, entry, listings));
    absent.push(...part.filter((_, at) => gone[at]));
    if (absent.length > allowed) break;
  }
  return absent;
}

async function isGone(
  { source, mapping, signal }: RunContext,
  entry: IndexEntry,
  listings: ReadonlyMap<string, Listing>,
): Promise<boolean> {
  const { origin } = entry;
  const step = origin && mapping.steps.find(({ kind }) => kind === origin.kind);
  // Without a known origin the two listings are the evidence: every record there is was mapped, and none yields it.
  if (!origin || !step) return true;
  const record = await source.get(origin.kind, origin.key, signal);
  // Listed, and yet not to be read: a contradiction is no evidence.
  if (record === null) return !listings.get(origin.kind)?.stillListed.has(originName(origin));
  return !step.map(record).some((yielded) => refName(yielded) === refName(entry));
}

function originName({ kind, key }: Origin): string {
  return `${kind}\u0000${key}`;
}
