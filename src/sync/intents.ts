/**
 * Settles the writes of which a crashed or interrupted run did not learn whether they happened.
 *
 * Every open intent is looked up in the target by its marker before anything new is written; the index then says what
 * is really there, and the ordinary comparison does the rest. That is what makes a lost answer neither a duplicate nor
 * a second equal write.
 */
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { distrusted } from './distrust.ts';
import { type IndexCommit, type IndexEntry, type Intent, refName } from './index/entity-index.ts';
import { entityHash } from './map.ts';
import { type Changed, kindsAffected } from './relations.ts';
import { removeDuplicate } from './remove-duplicate.ts';
import type { RunContext, WriteContext } from './run-context.ts';
import type { RunDecision } from './run-result.ts';
import { addWritten } from './run-result.ts';

interface Settled {
  readonly intent: Intent;
  /** What is in the target now; null when nothing is. */
  readonly entry: IndexEntry | null;
  readonly adopted: boolean;
  /** It is no longer under the id that the index knew. */
  readonly moved: boolean;
  /** It is no longer in the target at all. */
  readonly lost: boolean;
  readonly removed: readonly string[];
}

/** Looks up every open intent in the target and makes the index tell the truth about it. */
export async function resolveIntents(context: RunContext): Promise<void> {
  const { index, claims } = context;
  for await (const batch of index.intents()) {
    for (const part of chunks(batch, 50)) {
      // Whoever writes one of them right now settles it himself; who comes later waits until the index is right.
      await claims.during(part.map(refName), () => resolvePart(context, part));
    }
  }
}

async function resolvePart(context: RunContext, part: readonly Intent[]): Promise<void> {
  const { index, target, limits, run, claims } = context;
  const limit = Math.min(limits.readConcurrency, target.capabilities.maxConcurrency);
  const entries = [...(await index.lookup(part))];
  const settled = await forEachBounded(
    part.map((intent, at) => ({ intent, entry: entries[at] ?? null })),
    limit,
    ({ intent, entry }) => settle(context, intent, entry),
  );
  const removed = settled.flatMap((one) => one.removed);
  const changed = settled.flatMap(changeOf);
  // The other entities of the same record name it by its id as well: a card its owner.
  const own = settled.flatMap(({ moved, entry }) => (moved && entry?.origin ? [entry.origin.kind] : []));
  const affected = [...kindsAffected(changed, run.known.relations), ...own].filter((kind) => run.hasBegun(kind));
  await run.commit(
    (state) => ({
      written: addWritten(state.written, {
        adopted: settled.filter((one) => one.adopted).length,
        duplicatesRemoved: removed.length,
      }),
      decisions: [...state.decisions, ...settled.flatMap(explain)],
      rewalk: [...new Set([...state.rewalk, ...affected])],
    }),
    { ...changes(settled), putRecords: await distrusted(index, entries.concat(settled.map(({ entry }) => entry))) },
    { changed },
  );
  for (const intent of part) claims.doubts.delete(refName(intent));
}

/**
 * Settles what a page or a request of this same process has left open after the run had settled all that there was. Call
 * with the names claimed, before anything is compared.
 */
export async function settleDoubts(
  context: WriteContext,
  kind: string,
  doubtful: readonly Omit<Intent, 'at'>[],
): Promise<void> {
  const { index, target, limits, claims, book, clock } = context;
  const part = doubtful
    .filter((ref) => claims.doubts.has(refName(ref)))
    .map((ref): Intent => ({ ...ref, at: clock.now() }));
  if (part.length === 0) return;
  const entries = await index.lookup(part);
  const limit = Math.min(limits.readConcurrency, target.capabilities.maxConcurrency);
  const settled = await forEachBounded(
    part.map((intent, at) => ({ intent, entry: entries[at] ?? null })),
    limit,
    ({ intent, entry }) => settle(context, intent, entry),
  );
  await book.enter({
    kind,
    changes: {
      ...changes(settled),
      putRecords: await distrusted(index, [...entries, ...settled.map(({ entry }) => entry)]),
    },
    changed: settled.flatMap(changeOf),
    relations: book.known.relations,
    written: {
      adopted: settled.filter((one) => one.adopted).length,
      duplicatesRemoved: settled.flatMap((one) => one.removed).length,
    },
    newRecords: 0,
  });
  for (const intent of part) claims.doubts.delete(refName(intent));
}

async function settle(
  { target, index, signal }: WriteContext,
  intent: Intent,
  entry: IndexEntry | null,
): Promise<Settled> {
  const { type, key, origin } = intent;
  const ids = await target.find(type, key, signal);
  const keep = entry && ids.includes(entry.id) ? entry.id : ids[0];
  const removed: string[] = [];
  for (const id of ids) if (id !== keep && (await removeDuplicate(target, type, id, signal))) removed.push(id);
  const [stored] = keep === undefined ? [] : await target.read(type, [keep], signal);
  if (!stored) return { intent, entry: null, adopted: false, moved: false, lost: entry !== null, removed };
  const known = entry ?? { type, key, n: index.nextNumber('entries', type), origin };
  return {
    intent,
    entry: { ...known, id: stored.id, hash: entityHash(stored) },
    adopted: entry === null,
    moved: entry !== null && entry.id !== stored.id,
    lost: false,
    removed,
  };
}

/** What it means for those who refer to it. */
function changeOf({ intent: { type, key }, entry, adopted, moved, lost }: Settled): Changed[] {
  if (lost) return [{ type, key, how: 'gone' }];
  if (moved) return [{ type, key, how: 'moved' }];
  return adopted && entry !== null ? [{ type, key, how: 'created' }] : [];
}

function changes(settled: readonly Settled[]): IndexCommit {
  return {
    dropIntents: settled.map(({ intent }) => intent),
    dropEntries: settled.filter(({ entry }) => entry === null).map(({ intent }) => intent),
    putEntries: settled.flatMap(({ entry }) => (entry ? [entry] : [])),
  };
}

function explain({ intent, entry, adopted, removed }: Settled): RunDecision[] {
  const name = `${intent.type} ${intent.key}`;
  const decisions: RunDecision[] = [];
  if (adopted) {
    const what = `adopted ${name} as ${entry?.id ?? ''}`;
    decisions.push({ what, because: 'its creation was noted before an interruption, and the target holds it' });
  }
  if (removed.length > 0) {
    const what = `removed ${removed.length} duplicates of ${name}`;
    decisions.push({ what, because: 'several entities in the target carry its marker; the first one is kept' });
  }
  return decisions;
}
