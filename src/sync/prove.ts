/** Holds source and target against each other, per entity type, by count, by key and by content. */
import type { Digest } from '../core/digest.ts';
import { contentHash } from '../core/json.ts';
import { bothAtOnce } from './bounded-concurrency.ts';
import type { Findings } from './findings.ts';
import type { RejectedEntity } from './index/entity-index.ts';
import { typesOf } from './mapping.ts';
import type { RunContext, SyncSides } from './run-context.ts';
import type { Proof, TypeProof } from './run-result.ts';
import { type SourceView, viewByListing } from './source-view.ts';
import { meetTarget } from './target-comparison.ts';
import type { TargetJudgement, TypeFindings } from './target-judgement.ts';
import { everything, type Sample } from './target-pages.ts';
import { Wanted } from './wanted.ts';

/** A proof with what a repair needs to know. */
export interface Verdict {
  readonly proof: Proof;
  readonly view: SourceView;
  readonly types: readonly TypeFindings[];
}

/** How the content is compared: of everything, of one part of it, or not at all. */
export type Depth = Proof['depth'];

/** Proves the state that a run has reached: the source as it was walked, and as it is listed now. */
export async function prove(context: RunContext, depth: Depth): Promise<Verdict> {
  const { run, report } = context;
  const part = depth === 'sampled' ? await nextPart(context) : null;
  const onProgress = (type: string, done: number, total: number) => report({ kind: 'progress', type, done, total });
  const verdict = await proveView(context, (sides) => viewByListing(sides, true), { depth, part, onProgress });
  // The digests speak of ids: while one has moved and its referrers are not compared, they may agree on the old one.
  return run.state.rewalk.length > 0 ? { ...verdict, proof: { ...verdict.proof, equal: false } } : verdict;
}

/** The part of the sample that is due, of how many; the next proof takes the next one. */
async function nextPart({ run, limits }: RunContext): Promise<{ readonly part: number; readonly of: number }> {
  const of = Math.max(1, Math.round(1 / limits.sampleShare));
  const part = run.known.proofPart % of;
  await run.commit({}, {}, { checkpoint: { proofPart: part + 1 } });
  return { part, of };
}

export interface ProveOptions {
  readonly depth: Depth;
  /** Which part is read back; needed for `sampled`. */
  readonly part?: { readonly part: number; readonly of: number } | null;
  readonly onProgress?: (type: string, done: number, total: number) => void;
}

/** Proves that the target holds what a view of the source wants. Both sides are read at once. */
export async function proveView(
  sides: SyncSides,
  viewOf: (sides: SyncSides) => Promise<SourceView>,
  { depth, part = null, onProgress = () => {} }: ProveOptions,
): Promise<Verdict> {
  const { mapping, limits, index } = sides;
  const ofPart: Sample = (key) => part !== null && partOf(key, part.of) === part.part;
  const inSample = depth === 'content' ? everything : ofPart;
  const readSource = async (signal: AbortSignal) => {
    const view = await viewOf({ ...sides, signal });
    return { view, excused: await excuse(sides, view) };
  };
  const readTarget = async (signal: AbortSignal, source: ReturnType<typeof readSource>) => {
    const wantedOf = async (type: string) => (await source).view.wanted.get(type) ?? new Wanted();
    const judgements: TargetJudgement[] = [];
    for (const type of typesOf(mapping)) {
      const expected = await index.countEntries(type);
      const told = (done: number) => onProgress(type, done, Math.max(done, expected));
      judgements.push(await meetTarget({ ...sides, signal }, type, () => wantedOf(type), inSample, told));
    }
    // Only now: a small type that is read at once would wait for the whole source, and the large ones behind it.
    const types: TypeFindings[] = [];
    for (const judgement of judgements) types.push(await judgement.end(await wantedOf(judgement.type), index));
    return types;
  };
  const [{ view, excused }, types] = await bothAtOnce(sides.signal, readSource, readTarget);
  const proofs = types.map((found) => {
    const count = view.wanted.get(found.type)?.count ?? 0;
    return typeProof(found, count, { depth, namedMax: limits.exampleCountMax, excused });
  });
  const { appeared, vanished } = view;
  const name = ({ kind, key }: { kind: string; key: string }) => `${kind} ${key}`;
  const proof: Proof = {
    at: view.at,
    depth,
    // Records that appeared were read and mapped, so that they are compared as well, unless there were too many.
    equal: proofs.every(({ equal }) => equal) && appeared.complete,
    types: proofs,
    sourceChanges: {
      appeared: appeared.items.slice(0, limits.exampleCountMax).map(name),
      vanished: vanished.items.slice(0, limits.exampleCountMax).map(name),
      count: appeared.count + vanished.count,
    },
    ...(part === null ? {} : { sample: part }),
  };
  return { proof, view, types };
}

/** The part an entity belongs to: by its key, so that it is always the same one. */
function partOf(key: string, of: number): number {
  return Number.parseInt(contentHash(key).slice(0, 8), 16) % of;
}

/**
 * Leaves rejected entities out of the comparison while they are fewer than the limit allows; answers how many of each
 * type. With the default of none, a rejected entity is missing.
 */
async function excuse({ index, limits }: SyncSides, view: SourceView): Promise<ReadonlyMap<string, number>> {
  const excused = new Map<string, number>();
  if (limits.rejectedShareMax <= 0) return excused;
  const rows: RejectedEntity[] = [];
  for await (const batch of index.rejected()) rows.push(...batch);
  for (const [type, wanted] of view.wanted) {
    const own = rows.filter((row) => row.type === type);
    if (own.length === 0 || own.length > wanted.count * limits.rejectedShareMax) continue;
    const entries = await index.lookup(own);
    own.forEach(({ key }, at) => {
      wanted.excuse(key, entries[at]?.n ?? null);
    });
    excused.set(type, own.length);
  }
  return excused;
}

function typeProof(
  found: TypeFindings,
  count: number,
  {
    depth,
    namedMax,
    excused,
  }: { readonly depth: Depth; readonly namedMax: number; readonly excused: ReadonlyMap<string, number> },
): TypeProof {
  const { type, missing, surplus, different, duplicates } = found;
  const hexOf = (digest: Digest) => (depth === 'counts' ? null : digest.hex);
  const source = { count, digest: hexOf(found.wantedDigest) };
  const target = { count: found.count, digest: hexOf(found.digest) };
  const named = (findings: Findings<{ readonly key: string }>) =>
    findings.items.slice(0, namedMax).map(({ key }) => key);
  const numbers = {
    missing: missing.count,
    surplus: surplus.count,
    different: different.count,
    duplicates: duplicates.count,
  };
  return {
    type,
    source,
    target,
    equal:
      source.count === target.count &&
      source.digest === target.digest &&
      Object.values(numbers).every((number) => number === 0),
    missing: missing.items.slice(0, namedMax),
    surplus: named(surplus),
    different: named(different),
    duplicates: named(duplicates),
    found: numbers,
    rejected: excused.get(type) ?? 0,
  };
}
