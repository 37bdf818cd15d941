/**
 * Brings over what a source says has changed, instead of walking all of it.
 *
 * A bookmark stands for everything before it: it is taken before a walk begins, kept when that walk has come to its end,
 * and moved on with each page of changes. With it is kept what the fingerprints of the kind began with then: under another
 * mapping, or when something that the kind refers to has changed, only a walk shows what that means for each record.
 */
import { z } from 'zod';
import type { ChangePage, Cursor } from '../connectors/connector.ts';
import type { Json } from '../core/json.ts';
import { applyRecords } from './apply.ts';
import type { PageEntry } from './book.ts';
import { stopIfCancelled } from './cancellation.ts';
import type { MappingStep } from './mapping.ts';
import { printSeed } from './relations.ts';
import { releaseRecords } from './release.ts';
import type { RunContext } from './run-context.ts';

const bookmarkSchema = z.object({ seed: z.string(), cursor: z.json() as z.ZodType<Json> });

/**
 * Applies the changes of a kind since its bookmark; false when it has to be walked: in a full run, without a bookmark that
 * holds, or because the source no longer knows it.
 */
export async function followKind(context: RunContext, step: MappingStep): Promise<boolean> {
  const { run, index, signal, report } = context;
  const { kind } = step;
  const known = bookmarkSchema.safeParse(run.known.bookmarks[kind]);
  if (run.state.mode === 'full' || !known.success || run.hasBegun(kind)) return false;
  if (known.data.seed !== printSeed(context.mapping, kind, run.known)) return false;
  let cursor: Cursor = known.data.cursor;
  let done = 0;
  for (let more = true; more; ) {
    stopIfCancelled(signal);
    const page = await askChanges(context, kind, cursor);
    if (page === null || page.refreshRequired) return false;
    await releaseRecords(context, kind, page.removed);
    const enter = (entry: PageEntry) => context.book.enter(entry);
    if (page.changed.length > 0) await applyRecords(context, { step, records: page.changed, enter });
    done += page.changed.length + page.removed.length;
    for (const type of step.types) report({ kind: 'progress', type, done, total: null });
    ({ next: cursor, more } = page);
    await keepBookmark(context, kind, cursor);
  }
  // The marks of the last walk, with these changes, are those of a whole walk.
  await run.commit(({ walked }) => ({ walked: { ...walked, [kind]: index.marks(`records:${kind}`).count } }));
  return true;
}

/** Takes a bookmark for now; null from a source that keeps none. */
export async function takeBookmark(context: RunContext, kind: string): Promise<Cursor | null> {
  return (await askChanges(context, kind, null))?.next ?? null;
}

/** Makes the bookmark the place from which the next delta run goes on. */
export async function keepBookmark({ run, mapping }: RunContext, kind: string, cursor: Cursor): Promise<void> {
  const bookmark = { seed: printSeed(mapping, kind, run.known), cursor };
  await run.commit({}, {}, { checkpoint: { bookmarks: { ...run.known.bookmarks, [kind]: bookmark } } });
}

async function askChanges(
  { source, signal }: RunContext,
  kind: string,
  from: Cursor | null,
): Promise<ChangePage | null> {
  if (source.capabilities.changeFeed !== 'bookmark' || source.changes === undefined) return null;
  return await source.changes(kind, from, signal);
}
