/**
 * A plugin that copies nothing: it watches Genetec's own role beside it, compares counts, and waits for synchronizations
 * that somebody else has started. It has the shape of the plugin that copies, so that machines and ladder are the same.
 */
import type { ProbeReport } from '../../machines/events.ts';
import { incompatibility } from '../core/compatibility.ts';
import { CodedError } from '../core/errors.ts';
import type { Mode, Proof, RunReport, RunResult } from '../sync/run-result.ts';
import type { BesideParts } from './beside-parts.ts';
import { compareCounts } from './compare-counts.ts';
import { probeBeside } from './probe.ts';
import { refuse } from './refusals.ts';
import { resultOf, sourceEmpty } from './run-words.ts';
import { type QuietParts, untilQuiet } from './until-quiet.ts';

export interface BesideRun {
  readonly runId: string;
  /** `full`: a synchronization was started, or found under way. `delta`: none was. */
  readonly mode: Mode;
  readonly signal: AbortSignal;
  readonly report: (report: RunReport) => void;
}

export function createBesidePlugin(parts: BesideParts) {
  const { clock } = parts;
  const closing = new AbortController();
  const whileOpen = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const check = async (signal: AbortSignal): Promise<Proof> => {
    const run = { mode: 'delta', signal: whileOpen(signal), report: () => {} } as const;
    const { proof, emptySource } = await compared(parts, run, false);
    // The counts differ then, and that would set the ladder going: a synchronization might delete everybody.
    if (emptySource) throw sourceEmpty();
    return proof;
  };
  return {
    startedAt: clock.now(),
    probe: (signal: AbortSignal): Promise<ProbeReport> =>
      probeBeside(parts, (versions) => incompatibility(parts.compatible, versions), whileOpen(signal)),
    check,
    verify: ({ signal }: { readonly signal: AbortSignal }) => check(signal),
    /** The types that a run is limited to, and approvals, are no matter: the role synchronizes everything or nothing. */
    async synchronize({ signal, ...run }: BesideRun): Promise<RunResult> {
      const startedAt = clock.now();
      const outcome = await compared(parts, { ...run, signal: whileOpen(signal) }, true);
      return resultOf({ ...run, ...outcome, startedAt, endedAt: clock.now() });
    },
    // Async, so that a refusal is a rejection for whoever awaits it.
    diff: () => refusedList(),
    dryRun: async () => refuse('dryRun'),
    synchronizeEntity: async () => refuse('synchronizeEntity'),
    listRejected: async () => refuse('listRejected'),
    retryRejected: async () => refuse('retryRejected'),
    dropRejected: async () => refuse('dropRejected'),
    rebuildIndex: async () => refuse('rebuildIndex'),
    takeOver: async () => refuse('takeOver'),
    /** Events are relayed by the role itself. */
    events: async () => null,
    async close() {
      closing.abort(stopped());
      await parts.close();
    },
  };
}

async function* refusedList(): AsyncGenerator<never> {
  yield refuse('diff');
}

/** Watches until the role is at rest, with reports for a run, and compares. */
async function compared(parts: BesideParts, run: Omit<BesideRun, 'runId'>, waits: boolean) {
  const { watch, readExpected, readOwned, countEveryMs, quietMs, clock } = parts;
  const { mode, signal, report } = run;
  report({ kind: 'phase', phase: 'inventory' });
  const expected = waits ? await readExpected(signal) : {};
  report({ kind: 'phase', phase: 'transferring' });
  const quiet: QuietParts = {
    watch,
    count: async (within) => (await readOwned(within)).byType,
    countEveryMs,
    clock,
    signal,
    waits,
    isStarted: mode === 'full',
    onCounts: (counts) => {
      for (const [type, done] of Object.entries(counts))
        report({ kind: 'progress', type, done, total: expected[type] ?? null });
    },
  };
  const outcome = await compareCounts(
    { readExpected, readOwned, untilQuiet: (ms) => untilQuiet(quiet, ms), quietMs, clock, signal },
    mode === 'full',
  );
  report({ kind: 'phase', phase: 'proving' });
  return outcome;
}

function stopped(): CodedError {
  return new CodedError('SW_PLUGIN_STOPPED', {
    doing: 'watching the plugin role',
    expected: 'a running watcher',
    found: 'that it was stopped',
    todo: 'Nothing: it looks again with its next start',
  });
}
