/** A run that writes nothing: what it would do, in numbers, and which guard would stop it. */
import { z } from 'zod';
import { deletesAllowed } from './delete-guard.ts';
import { type DiffOptions, diff } from './diff.ts';
import { typesOf } from './mapping.ts';
import { withDefaultLimits } from './sync-limits.ts';

const numbers = z.record(z.string(), z.number().int());

export const dryRunResultSchema = z.object({
  /** When it began, epoch milliseconds. */
  at: z.number(),
  /** By entity type. */
  would: z.object({ create: numbers, change: numbers, delete: numbers, rejected: numbers }),
  /** What would stop the deletes; null when nothing would. */
  guard: z.enum(['empty-source', 'delete-guard']).nullable(),
});
export type DryRunResult = Readonly<z.infer<typeof dryRunResultSchema>>;

/** Sums the differences up. Deletes are judged by the guards as they are configured. */
export async function dryRun(options: DiffOptions): Promise<DryRunResult> {
  const { mapping, index, clock } = options;
  const limits = withDefaultLimits(options.limits);
  const at = clock.now();
  const would: DryRunResult['would'] = { create: {}, change: {}, delete: {}, rejected: {} };
  for await (const differences of diff(options)) {
    for (const { action, type } of differences) would[action][type] = (would[action][type] ?? 0) + 1;
  }
  let guard: DryRunResult['guard'] = null;
  for (const type of typesOf(mapping)) {
    const deletes = would.delete[type] ?? 0;
    const size = Math.max(await index.countEntries(type), deletes);
    if (deletes > 0 && deletes === size) guard = 'empty-source';
    else if (deletes > deletesAllowed(size, limits)) guard ??= 'delete-guard';
  }
  return { at, would, guard };
}
