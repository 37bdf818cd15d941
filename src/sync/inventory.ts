/** Counts both sides, and makes the index agree with the target where it is not to be trusted. */
import type { MarkedEntity, MarkedPage } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { stopIfCancelled } from './cancellation.ts';
import { distrusted } from './distrust.ts';
import { type EntityRef, type IndexEntry, type Mark, refName } from './index/entity-index.ts';
import { typesOf } from './mapping.ts';
import { readBack } from './read-back.ts';
import type { Changed } from './relations.ts';
import type { RunContext } from './run-context.ts';
import { addWritten } from './run-result.ts';

/**
 * Counts the source records of every kind, and reads the target's entities back into the index: all types in a full
 * run; in a delta run only types of which the index knows nothing, which is how a lost index is rebuilt.
 */
export async function takeInventory(context: RunContext): Promise<void> {
  const { run, mapping, index } = context;
  for (const { kind } of mapping.steps) {
    if (run.state.totals[kind] !== undefined) continue;
    const total = await countKeys(context, kind);
    await run.commit({ totals: { ...run.state.totals, [kind]: total } });
  }
  const types = typesOf(mapping);
  for (let at = run.state.verify.type; at < types.length; at += 1) {
    const type = types[at] as string; // `at` is below the length
    const begun = run.state.verify.cursor !== null || run.known.unread.includes(type);
    if (begun || run.state.mode === 'full' || (await index.countEntries(type)) === 0)
      await verifyType(context, type, at);
    const unread = run.known.unread.filter((one) => one !== type);
    await run.commit({ verify: { type: at + 1, cursor: null } }, {}, { checkpoint: { unread } });
  }
}

/** For the time that is left only: a row that a source shows twice may be counted twice. */
async function countKeys({ source, signal }: RunContext, kind: string): Promise<number> {
  let count = 0;
  for await (const part of source.keys(kind, signal)) count += part.length;
  return count;
}

/** Reads every marked entity of a type back, page by page, then drops the entries that were not met. */
async function verifyType(context: RunContext, type: string, at: number): Promise<void> {
  const { target, index, run, signal, report } = context;
  let done = 0;
  if (run.state.verify.cursor === null) index.marks(`verified:${type}`).clear();
  for (;;) {
    stopIfCancelled(signal);
    const { cursor } = run.state.verify;
    let page: MarkedPage;
    try {
      page = await target.list(type, cursor, signal);
    } catch (error) {
      // A listing that cannot be gone on with starts again, once; from its beginning the failure is the target's.
      if (!(error instanceof CodedError) || error.code !== 'SW_WALK_INCOMPLETE' || cursor === null) throw error;
      index.marks(`verified:${type}`).clear();
      await run.commit({ verify: { type: at, cursor: null } });
      continue;
    }
    await holding(context, type, page.entities, async () => {
      const { adopted, changed, ...changes } = await verified(context, type, page.entities);
      const { unread, foundByList } = run.known;
      await run.commit(
        (state) => ({
          verify: { type: at, cursor: page.next },
          written: addWritten(state.written, { adopted }),
        }),
        changes,
        {
          changed,
          checkpoint: {
            unread: withType(unread, type),
            ...(adopted > 0 ? { foundByList: withType(foundByList, type) } : {}),
          },
        },
      );
    });
    done += page.entities.length;
    report({ kind: 'progress', type, done, total: null });
    if (page.next === null) break;
  }
  await dropUnverified(context, type);
}

const withType = (types: readonly string[], type: string) => [...new Set([...types, type])];

/** What a page of the listing changes in the index: only what is not as the index has it is written. */
async function verified(context: RunContext, type: string, marked: readonly MarkedEntity[]) {
  const { index } = context;
  const ids = marked.map(({ id }) => id);
  const hashes = await readBack(context, type, ids);
  const found = await index.lookup(marked.map(({ key }): EntityRef => ({ type, key })));
  const met = index.marks(`verified:${type}`);
  const entries = new Map<string, IndexEntry>();
  const changed: Changed[] = [];
  const wrong: IndexEntry[] = [];
  const addMarks: Mark[] = [];
  let adopted = 0;
  marked.forEach(({ id, key }, at) => {
    const hash = hashes.get(id);
    if (hash === undefined) return;
    const known = found[at] ?? null;
    const entry = entries.get(key) ?? known;
    // A second entity with the same marker: the first is kept, the proof names this one and has it removed.
    if (entry && entry.id !== id && (entries.has(key) || met.has(entry.n))) return;
    if (entry === null) adopted += 1;
    const n = entry?.n ?? index.nextNumber('entries', type);
    addMarks.push({ name: `verified:${type}`, n });
    if (entry?.id === id && entry.hash === hash) return;
    if (entry === null) changed.push({ type, key, how: 'created' });
    else if (entry.id !== id) changed.push({ type, key, how: 'moved' });
    if (known) wrong.push(known);
    entries.set(key, { type, key, n, id, hash, origin: entry?.origin ?? null });
  });
  return {
    adopted,
    changed,
    addMarks,
    putEntries: [...entries.values()],
    putRecords: await distrusted(index, wrong),
  };
}

/** A list that is short is no evidence: what can still be read under its id stays. */
async function dropUnverified(context: RunContext, type: string): Promise<void> {
  const { index, run } = context;
  const met = index.marks(`verified:${type}`);
  if (met.count === (await index.countEntries(type))) return;
  for await (const batch of index.entries(type)) {
    const unlisted = batch.filter(({ n }) => !met.has(n));
    await holding(context, type, unlisted, async () => {
      const now = (await index.lookup(unlisted)).flatMap((entry) => entry ?? []);
      const there = await readBack(
        context,
        type,
        now.map(({ id }) => id),
      );
      const dropEntries = now.filter(({ id }) => !there.has(id));
      if (dropEntries.length === 0) return;
      const changed = dropEntries.map(({ type, key }): Changed => ({ type, key, how: 'gone' }));
      await run.commit({}, { dropEntries, putRecords: await distrusted(index, dropEntries) }, { changed });
    });
  }
}

/** Nobody else writes the entities between the reading and the noting of what was read. */
function holding(
  { claims }: RunContext,
  type: string,
  entities: readonly { readonly key: string }[],
  work: () => Promise<void>,
): Promise<void> {
  const names = entities.map(({ key }) => refName({ type, key }));
  return claims.during(names, work);
}
