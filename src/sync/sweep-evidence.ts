/** The evidence a delete needs: a second listing that the walk covers, and a second look at each record. */
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { type IndexEntry, originName, refName } from './index/entity-index.ts';
import { stepsOf } from './mapping.ts';
import type { RunContext } from './run-context.ts';
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
  { source, index, signal }: RunContext,
  kind: string,
  candidates: ReadonlySet<string>,
): Promise<Listing> {
  const stillListed = new Set<string>();
  const met = index.marks(`records:${kind}`);
  let count = 0;
  let covered = true;
  for await (const keys of source.keys(kind, signal)) {
    count += keys.length;
    const origins = keys.map((key) => ({ kind, key }));
    const records = await index.lookupRecords(origins);
    if (records.some((record) => record === null || !met.has(record.n))) covered = false;
    for (const origin of origins) if (candidates.has(originName(origin))) stillListed.add(originName(origin));
  }
  return { count, covered, stillListed };
}

/**
 * Whether the source still shows what it showed: a few records of the kind that the walk has met, taken from all over
 * the list, are asked for once more. An operator who has lost a privilege sees fewer records, and no failure.
 */
export async function isVisible(context: RunContext, kind: string): Promise<boolean> {
  const { source, index, limits, signal } = context;
  const met = index.marks(`records:${kind}`);
  const every = Math.max(1, Math.floor(met.count / Math.max(1, limits.visibilityChecks)));
  const known: string[] = [];
  let passed = 0;
  for await (const batch of index.records(kind)) {
    for (const { key, n } of batch) if (met.has(n) && passed++ % every === 0) known.push(key);
    if (known.length >= limits.visibilityChecks) break;
  }
  const sample = known.slice(0, limits.visibilityChecks);
  const seen = await forEachBounded(sample, limits.readConcurrency, (key) => source.get(kind, key, signal));
  // One of them may have been deleted just now; that all have is not a coincidence.
  return sample.length === 0 || seen.some((record) => record !== null);
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
