/** How a run begins: as a new one, or where an interrupted one has stopped. */
import { invariant } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import type { RunCheckpoint } from './checkpoint.ts';
import { updateCheckpoint } from './checkpoint-writer.ts';
import { acquired } from './lease.ts';
import { OpenRun, type OpenRunOptions } from './open-run.ts';
import type { Mode } from './run-result.ts';
import type { SyncLimits } from './sync-limits.ts';

/** What decides whether an interrupted run is gone on with. */
export interface BeginOptions extends Omit<OpenRunOptions, 'state' | 'known' | 'lease' | 'limits'> {
  readonly runId: string;
  readonly mode: Mode;
  readonly types?: readonly string[];
  /** Holds the lease. @default the run's id */
  readonly owner?: string;
}

/** The interrupted run of the same mode, mapping and types, or a new one; in both cases with a lease of its own. */
export async function openRun(
  options: BeginOptions,
  limits: SyncLimits,
): Promise<{ readonly run: OpenRun; readonly resumed: boolean }> {
  const { runId, mode, mapping, index, clock, claims, owner = runId } = options;
  const types = options.types === undefined ? null : [...options.types].sort();
  let resumed = false;
  const known = await updateCheckpoint({ index, claims }, (stored) => {
    const now = clock.now();
    const past = stored.run;
    resumed =
      past !== null &&
      past.mode === mode &&
      past.mappingId === mapping.id &&
      canonicalJson(past.types) === canonicalJson(types) &&
      now - past.savedAt <= limits.resumeAgeMsMax;
    const run: RunCheckpoint =
      resumed && past !== null
        ? { ...past, runId, savedAt: now }
        : newRun({ runId, mode, mappingId: mapping.id, types, now });
    return { ...stored, run, lease: acquired(stored.lease, owner, now) };
  });
  invariant(known.run !== null && known.lease !== null, 'a run was just opened');
  return { run: new OpenRun({ ...options, state: known.run, known, lease: known.lease, limits }), resumed };
}

function newRun({
  runId,
  mode,
  mappingId,
  types,
  now,
}: {
  readonly runId: string;
  readonly mode: Mode;
  readonly mappingId: string;
  readonly types: string[] | null;
  readonly now: number;
}): RunCheckpoint {
  return {
    runId,
    mode,
    mappingId,
    types,
    startedAt: now,
    savedAt: now,
    stage: 'inventory',
    verify: { type: 0, cursor: null },
    totals: {},
    step: 0,
    cursor: null,
    walked: {},
    bookmarks: {},
    rewalk: [],
    deleted: {},
    written: { created: 0, updated: 0, deleted: 0, unchanged: 0, adopted: 0, duplicatesRemoved: 0 },
    decisions: [],
  };
}
