/** A plugin that is well: both sides answer, both are equal. What it costs itself is next to nothing. */
import { CodedError } from '../../src/core/errors.ts';
import type { Plugin } from '../../src/supervise/plugin-host/plugin.ts';
import type { Proof } from '../../src/sync/run-result.ts';

const side = { count: 10_000, digest: null };
const proofNow = (): Proof => ({
  at: Date.now(),
  depth: 'content',
  equal: true,
  types: ['cardholder', 'credential', 'cardholder-group'].map((type) => ({
    type,
    source: side,
    target: side,
    equal: true,
    missing: [],
    surplus: [],
    different: [],
    duplicates: [],
    found: { missing: 0, surplus: 0, different: 0, duplicates: 0 },
    rejected: 0,
  })),
  sourceChanges: { appeared: [], vanished: [], count: 0 },
});
const answered = { ok: true, version: '2.95.3', latencyMs: 4 } as const;

const unwanted = async (): Promise<never> => {
  throw new CodedError('SW_INTERNAL', { message: 'The benchmark asks a healthy plugin for nothing of the kind.' });
};

export const healthyPlugin: Plugin = {
  startedAt: Date.now(),
  probe: async () => ({ source: answered, target: answered, incompatible: null }),
  check: async () => proofNow(),
  synchronize: async ({ runId, mode }) => ({
    runId,
    mode,
    startedAt: Date.now(),
    endedAt: Date.now(),
    resumed: false,
    outcome: 'succeeded',
    reason: null,
    proof: proofNow(),
    written: { created: 0, updated: 0, deleted: 0, unchanged: 30_000, adopted: 0, duplicatesRemoved: 0 },
    rejected: [],
    rejectedCount: 0,
    decisions: [],
  }),
  verify: async () => proofNow(),
  // biome-ignore lint/correctness/useYield: nothing is ever asked for
  async *diff() {
    await unwanted();
  },
  dryRun: unwanted,
  synchronizeEntity: unwanted,
  listRejected: unwanted,
  retryRejected: unwanted,
  dropRejected: unwanted,
  rebuildIndex: unwanted,
  takeOver: unwanted,
  events: async () => null,
  close: async () => {},
};
