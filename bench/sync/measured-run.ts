/** One run against the simulated servers, as the plugin host makes it, with its requests noted. */
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { sipassToSecurityCenter } from '../../src/sync/mappings/sipass-to-security-center.ts';
import { synchronize } from '../../src/sync/run.ts';
import type { Mode, RunResult } from '../../src/sync/run-result.ts';
import { type BenchSite, concurrency } from './bench-site.ts';
import { type Recorder, type Recording, record } from './recorded-requests.ts';

export interface Measured {
  readonly ms: number;
  /** Entities that the run has looked at. */
  readonly entities: number;
  readonly recording: Recording;
  readonly result: RunResult;
}

/** Runs to the end; the index lies in the directory and is used again by the next run. */
export async function measuredRun(
  site: BenchSite,
  directory: string,
  mode: Mode,
  recorder: Recorder = record(site),
): Promise<Measured> {
  const index = openLmdbIndex({ folder: join(directory, 'index') });
  const { source, target } = site.open();
  const startMs = performance.now();
  const result = await synchronize({
    runId: 'bench',
    mode,
    source,
    target,
    mapping: sipassToSecurityCenter,
    index,
    clock: systemClock,
    signal: new AbortController().signal,
    limits: { pageConcurrency: concurrency, readConcurrency: concurrency },
    report: (report) => {
      if (report.kind === 'phase') recorder.nextPhase(report.phase);
    },
  });
  const ms = performance.now() - startMs;
  const recording = recorder.stop();
  await Promise.all([source.close(), target.close()]);
  await index.close();
  invariant(result.outcome === 'succeeded', `the run succeeds, not ${result.outcome}: ${result.reason}`);
  const { created, updated, unchanged } = result.written;
  return { ms, entities: created + updated + unchanged, recording, result };
}
