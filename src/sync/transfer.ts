/** Walks every kind in dependency order and applies it page by page, from the checkpoint on. */
import { CodedError } from '../core/errors.ts';
import { applyRecords } from './apply.ts';
import { stopIfCancelled } from './cancellation.ts';
import type { MappingStep } from './mapping.ts';
import type { RunContext } from './run-context.ts';
import { walkPages } from './walk.ts';

/** Brings the whole source over. On return every kind has been walked to its end in this run. */
export async function transfer(context: RunContext): Promise<void> {
  const { mapping, run } = context;
  for (let at = run.state.step; at < mapping.steps.length; at += 1) {
    const step = mapping.steps[at] as MappingStep; // `at` is below the length
    await transferKind(context, step, at);
  }
}

/**
 * A walk that broke off starts again as a new walk with a stamp of its own: what the broken one has met is no evidence
 * of absence. The reset is durable before the failure can leave this function, or a cursor that the source no longer
 * knows would be resumed for ever.
 */
async function transferKind(context: RunContext, step: MappingStep, at: number): Promise<void> {
  const { run, limits } = context;
  if (run.stampOf(step.kind) === undefined) await run.beginWalk(step.kind);
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await walkKind(context, step, at);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'SW_WALK_INCOMPLETE') throw error;
      await run.beginWalk(step.kind);
      if (restarts >= limits.walkRestartsMax) throw error;
    }
  }
}

async function walkKind(context: RunContext, step: MappingStep, at: number): Promise<void> {
  const { source, run, limits, signal, report } = context;
  const total = run.state.totals[step.kind] ?? null;
  const { kind } = step;
  for await (const page of walkPages({
    source,
    kind,
    cursor: run.state.cursor,
    pagesMax: limits.walkPagesMax,
    signal,
  })) {
    stopIfCancelled(signal);
    // The commit of the last page is the one that ends the kind: a crash right after it walks nothing again.
    const advance = page.next === null ? { step: at + 1, cursor: null } : { cursor: page.next };
    await applyRecords(context, { step, records: page.records, advance });
    const done = run.state.walked[kind] ?? 0;
    for (const type of step.types) report({ kind: 'progress', type, done, total });
  }
}
