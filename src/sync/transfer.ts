/** Walks every kind in dependency order and applies it page by page, several pages at once, from the checkpoint on. */
import type { SourcePage } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { applyRecords } from './apply.ts';
import type { PageEntry } from './book.ts';
import { stopIfCancelled } from './cancellation.ts';
import type { RunCheckpoint } from './checkpoint.ts';
import { followKind, keepBookmark, takeBookmark } from './follow.ts';
import type { MappingStep } from './mapping.ts';
import { PageOrder } from './page-order.ts';
import type { RunContext } from './run-context.ts';
import { walkPages } from './walk.ts';

/** Brings the whole source over. On return every kind has been walked to its end in this run. */
export async function transfer(context: RunContext): Promise<void> {
  const { mapping, run } = context;
  for (let at = run.state.step; at < mapping.steps.length; at += 1) {
    const step = mapping.steps[at] as MappingStep; // `at` is below the length
    const end = { step: at + 1, cursor: null };
    if (await followKind(context, step)) await run.commit(end);
    else await transferKind(context, step, end);
  }
}

/** Walks the kinds once more whose entities refer to something that changed after they were walked. */
export async function transferAgain(context: RunContext): Promise<void> {
  const { mapping, run, report } = context;
  report({ kind: 'phase', phase: 'transferring' });
  for (const step of mapping.steps) {
    if (!run.state.rewalk.includes(step.kind)) continue;
    await run.beginWalk(step.kind, await takeBookmark(context, step.kind));
    await transferKind(context, step, { cursor: null });
  }
}

/**
 * A walk that broke off starts again as a new walk: what the broken one has met is no evidence of absence. The reset is
 * durable before the failure can leave this function, or a cursor that the source no longer knows would be resumed for
 * ever.
 */
async function transferKind(context: RunContext, step: MappingStep, end: Partial<RunCheckpoint>): Promise<void> {
  const { run, limits } = context;
  // Before the walk: what changes during it comes after the bookmark, and is seen once more.
  if (!run.hasBegun(step.kind)) await run.beginWalk(step.kind, await takeBookmark(context, step.kind));
  for (let restarts = 0; ; restarts += 1) {
    try {
      await walkKind(context, step, end);
      const bookmark = run.state.bookmarks[step.kind];
      if (bookmark !== undefined) await keepBookmark(context, step.kind, bookmark);
      return;
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'SW_WALK_INCOMPLETE') throw error;
      await run.beginWalk(step.kind, await takeBookmark(context, step.kind));
      if (restarts >= limits.walkRestartsMax) throw error;
    }
  }
}

/**
 * Reads the next pages while earlier ones are applied, never more than {@link SyncLimits.pagesInFlightMax}: a target that
 * is slow holds the source back. After a failure nothing more is read; it leaves here when every page under way has ended.
 */
async function walkKind(context: RunContext, step: MappingStep, end: Partial<RunCheckpoint>): Promise<void> {
  const { source, run, limits, signal, report } = context;
  const { kind } = step;
  const total = run.state.totals[kind] ?? null;
  const order = new PageOrder<Partial<RunCheckpoint>>();
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;

  async function apply(page: SourcePage, ended: () => Partial<RunCheckpoint> | null): Promise<void> {
    try {
      const enter = (entry: PageEntry) => run.enter(entry, ended() ?? {});
      await applyRecords(context, { step, records: page.records, enter });
      const done = run.state.walked[kind] ?? 0;
      for (const type of step.types) report({ kind: 'progress', type, done, total });
    } catch (error) {
      failure ??= { error };
    }
  }

  try {
    for await (const page of walkPages({
      source,
      kind,
      cursor: run.state.cursor,
      pagesMax: limits.walkPagesMax,
      signal,
    })) {
      if (failure !== null) break;
      stopIfCancelled(signal);
      // The commit of the last page is the one that ends the kind: a crash right after it walks nothing again.
      const working = apply(page, order.begin(page.next === null ? end : { cursor: page.next }));
      underWay.add(working);
      void working.then(() => underWay.delete(working));
      if (underWay.size >= limits.pagesInFlightMax) await Promise.race(underWay);
    }
  } catch (error) {
    failure ??= { error };
  }
  await Promise.all(underWay);
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
