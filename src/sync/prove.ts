/** Holds source and target against each other, per entity type, by count, by key and by content. */
import type { Findings } from './findings.ts';
import { type RunContext, type SyncSides, typesOf } from './run-context.ts';
import type { Proof, TypeProof } from './run-result.ts';
import { type SourceView, viewByListing } from './source-view.ts';
import { compareTarget, type TypeFindings, wantedDigest } from './target-comparison.ts';

/** A proof with what a repair needs to know. */
export interface Verdict {
  readonly proof: Proof;
  readonly view: SourceView;
  readonly types: readonly TypeFindings[];
}

/** Proves the state that a run has reached: the source as it was walked, and as it is listed now. */
export async function prove(context: RunContext, depth: 'counts' | 'content'): Promise<Verdict> {
  const { run, report } = context;
  const view = await viewByListing(context, (record) => record.seen === run.stampOf(record.kind));
  const onProgress = (type: string, done: number, total: number) => report({ kind: 'progress', type, done, total });
  const verdict = await proveView(context, view, depth, onProgress);
  // The digests speak of ids: while one has moved and its referrers are not compared, they may agree on the old one.
  return run.state.moved ? { ...verdict, proof: { ...verdict.proof, equal: false } } : verdict;
}

/** Proves that the target holds what a view of the source wants. */
export async function proveView(
  sides: SyncSides,
  view: SourceView,
  depth: 'counts' | 'content',
  onProgress: (type: string, done: number, total: number) => void = () => {},
): Promise<Verdict> {
  const { mapping, limits } = sides;
  const types: TypeFindings[] = [];
  const proofs: TypeProof[] = [];
  for (const type of typesOf(mapping)) {
    const wanted = view.wanted.get(type) ?? new Map<string, null>();
    const found = await compareTarget(sides, type, wanted, depth, (done) => onProgress(type, done, wanted.size));
    const digest = depth === 'content' ? (await wantedDigest(sides, type, wanted)).hex : null;
    types.push(found);
    proofs.push(typeProof(found, { count: wanted.size, digest }, limits.exampleCountMax));
  }
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
  };
  return { proof, view, types };
}

function typeProof(found: TypeFindings, source: TypeProof['source'], namedMax: number): TypeProof {
  const { type, count, digest, missing, surplus, different, duplicates } = found;
  const target = { count, digest: source.digest === null ? null : digest.hex };
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
  };
}
