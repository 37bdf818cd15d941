/** The target side of a proof: lists and reads back every marked entity of a type and holds it against what is wanted. */
import type { Cursor, MarkedEntity } from '../connectors/connector.ts';
import { Digest } from '../core/digest.ts';
import { chunks } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { Findings } from './findings.ts';
import type { IndexEntry } from './index/entity-index.ts';
import { readBack } from './read-back.ts';
import type { SyncSides } from './run-context.ts';
import { unknown, type WantedHash } from './source-view.ts';

/** An entity as it was met in the target. The hash is null when content was not read. */
export interface Met {
  readonly key: string;
  readonly id: string;
  readonly hash: string | null;
}

/** What was found for one type. */
export interface TypeFindings {
  readonly type: string;
  readonly count: number;
  readonly digest: Digest;
  readonly missing: Findings<string>;
  readonly surplus: Findings<Met>;
  readonly different: Findings<Met>;
  readonly duplicates: Findings<Met>;
}

/** Compares the entities of one type with what is wanted. */
export async function compareTarget(
  sides: SyncSides,
  type: string,
  wanted: ReadonlyMap<string, WantedHash>,
  depth: 'counts' | 'content',
  onProgress: (done: number) => void = () => {},
): Promise<TypeFindings> {
  const { target, index, limits, signal } = sides;
  const findings = <Item>() => new Findings<Item>(limits.repairCountMax);
  const missing = findings<string>();
  const surplus = findings<Met>();
  const different = findings<Met>();
  const duplicates = findings<Met>();
  const digest = new Digest();
  /** Wanted keys that were met, with the id that stands for them. */
  const matched = new Map<string, string>();
  /** Entities that are not under the id that the index knows, by id. */
  const strays = new Map<string, Met>();
  const others = new Set<string>();
  let count = 0;

  function judge(met: Met, entry: IndexEntry | null): void {
    const want = wanted.get(met.key);
    if (matched.get(met.key) === met.id || strays.has(met.id) || others.has(met.id)) return; // a row listed twice
    count += 1;
    if (met.hash !== null) digest.add(met.hash);
    if (want === undefined) {
      others.add(met.id);
      surplus.add(met);
    } else if ((entry && entry.id !== met.id) || matched.has(met.key)) {
      strays.set(met.id, met);
    } else {
      matched.set(met.key, met.id);
      if (met.hash !== null && met.hash !== (want ?? entry?.hash)) different.add(met);
    }
  }

  let cursor: Cursor | null = null;
  do {
    stopIfCancelled(signal);
    const page: Awaited<ReturnType<typeof target.list>> = await target.list(type, cursor, signal);
    const met = await meet(sides, type, page.entities, depth);
    const entries = await index.lookup(met.map(({ key }) => ({ type, key })));
    for (const [at, one] of met.entries()) judge(one, entries[at] ?? null);
    onProgress(count);
    cursor = page.next;
  } while (cursor !== null);

  for (const stray of strays.values()) {
    if (matched.has(stray.key)) duplicates.add(stray);
    else {
      matched.set(stray.key, stray.id);
      different.add(stray);
    }
  }
  for (const key of wanted.keys()) if (!matched.has(key)) missing.add(key);
  return { type, count, digest, missing, surplus, different, duplicates };
}

/** The listed entities with their content; one that is gone by the time it is read was not met. */
async function meet(
  sides: SyncSides,
  type: string,
  listed: readonly MarkedEntity[],
  depth: 'counts' | 'content',
): Promise<readonly Met[]> {
  if (depth === 'counts') return listed.map(({ id, key }) => ({ id, key, hash: null }));
  const hashes = await readBack(
    sides,
    type,
    listed.map(({ id }) => id),
  );
  return listed.flatMap(({ id, key }) => {
    const hash = hashes.get(id);
    return hash === undefined ? [] : [{ id, key, hash }];
  });
}

/** The digest of what is wanted of a type, from the view and the index. */
export async function wantedDigest(
  { index }: SyncSides,
  type: string,
  wanted: ReadonlyMap<string, WantedHash>,
): Promise<Digest> {
  const digest = new Digest();
  for (const part of chunks([...wanted], 500)) {
    const entries = await index.lookup(part.map(([key]) => ({ type, key })));
    part.forEach(([, want], at) => {
      const hash = want ?? entries[at]?.hash;
      if (hash !== undefined && hash !== unknown) digest.add(hash);
    });
  }
  return digest;
}
