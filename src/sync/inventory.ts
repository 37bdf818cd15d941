/** Counts both sides, and makes the index agree with the target where it is not to be trusted. */
import type { MarkedEntity, MarkedPage } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { stopIfCancelled } from './cancellation.ts';
import { type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import { readBack } from './read-back.ts';
import { addWritten, type RunContext, typesOf } from './run-context.ts';

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
    const begun = run.state.verify.cursor !== null;
    if (begun || run.state.mode === 'full' || (await index.countEntries(type)) === 0)
      await verifyType(context, type, at);
    await run.commit({ verify: { type: at + 1, cursor: null } });
  }
}

async function countKeys({ source, signal }: RunContext, kind: string): Promise<number> {
  const keys = new Set<string>();
  for await (const part of source.keys(kind, signal)) for (const key of part) keys.add(key);
  return keys.size;
}

/** Reads every marked entity of a type back, page by page, then drops the entries that were not met. */
async function verifyType(context: RunContext, type: string, at: number): Promise<void> {
  const { target, run, signal, report } = context;
  let done = 0;
  for (;;) {
    stopIfCancelled(signal);
    const { cursor } = run.state.verify;
    let page: MarkedPage;
    try {
      page = await target.list(type, cursor, signal);
    } catch (error) {
      // A listing that cannot be gone on with starts again, once; from its beginning the failure is the target's.
      if (!(error instanceof CodedError) || error.code !== 'SW_WALK_INCOMPLETE' || cursor === null) throw error;
      await run.commit({ verify: { type: at, cursor: null } });
      continue;
    }
    const { entries, adopted } = await verified(context, type, page.entities);
    const written = addWritten(run.state.written, { adopted });
    await run.commit({ verify: { type: at, cursor: page.next }, written }, { putEntries: entries });
    done += page.entities.length;
    report({ kind: 'progress', type, done, total: null });
    if (page.next === null) break;
  }
  await dropUnverified(context, type);
}

/** The entries of a page of the listing, with the content that was read back. */
async function verified(
  context: RunContext,
  type: string,
  marked: readonly MarkedEntity[],
): Promise<{ readonly entries: readonly IndexEntry[]; readonly adopted: number }> {
  const { stamp } = context.run.state;
  const hashes = await readBack(
    context,
    type,
    marked.map(({ id }) => id),
  );
  const found = await context.index.lookup(marked.map(({ key }): EntityRef => ({ type, key })));
  const entries = new Map<string, IndexEntry>();
  let adopted = 0;
  marked.forEach(({ id, key }, at) => {
    const hash = hashes.get(id);
    if (hash === undefined) return;
    const entry = entries.get(refName({ type, key })) ?? found[at] ?? null;
    // A second entity with the same marker: the first is kept, the proof names this one and has it removed.
    if (entry && entry.verified === stamp && entry.id !== id) return;
    if (entry === null) adopted += 1;
    const known = entry ?? { type, key, origin: null, seen: 0 };
    entries.set(refName({ type, key }), { ...known, id, hash, verified: stamp });
  });
  return { entries: [...entries.values()], adopted };
}

async function dropUnverified({ index, run }: RunContext, type: string): Promise<void> {
  const { stamp } = run.state;
  for await (const batch of index.entries(type)) {
    const dropEntries = batch.filter((entry) => entry.verified !== stamp);
    if (dropEntries.length > 0) await index.commit({ dropEntries });
  }
}
