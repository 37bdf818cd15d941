/** A world on a disk that loses, tears and fails, with ledgers at work in it and a witness who survives everything. */
import type { Runtime } from '../../../src/runtime/index.ts';
import { CrashFileSystem } from '../../../src/simulation/disk/crash-file-system.ts';
import type { Unflushed } from '../../../src/simulation/disk/inode.ts';
import { openEmbeddedStore } from '../../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../../src/store/store-limits.ts';
import { OneProcess } from '../../store/fixtures.ts';
import { audit, type LedgerState } from './audit.ts';
import { ledger, ledgerEvents } from './ledger.ts';
import { tellOf, workOf } from './ledger-work.ts';
import { VirtualWorld } from './virtual-world.ts';
import { type Fact, Witness } from './witness.ts';

/** So small that the workload rotates segments and writes checkpoints all the time. */
const limits: Partial<StoreLimits> = {
  reserveBytes: 256,
  segmentBytesMax: 2_500,
  checkpointBytes: 4_000,
  historyBytesMax: 3_000,
  tailEntriesMax: 4,
};

export type LedgerRuntime = Runtime<typeof ledger>;

export class CrashSite {
  readonly files = new CrashFileSystem();
  readonly witness = new Witness();
  readonly world: VirtualWorld;
  /** What began although it was not on the device yet. */
  readonly premature: string[] = [];
  readonly #processes = new OneProcess();
  /** Idempotency keys that the newest process has given to the executor or to an action. */
  #seenKeys = new Set<string>();

  constructor() {
    this.world = new VirtualWorld({
      open: ({ clock }) =>
        openEmbeddedStore({ directory: '/data', clock, fileSystem: this.files, processes: this.#processes, limits }),
      kill: async () => this.#processes.restart(),
      isBusy: () => false,
      dispose: async () => {},
    });
  }

  /** Idempotency keys of all that the newest process has begun. */
  get seenKeys(): ReadonlySet<string> {
    return this.#seenKeys;
  }

  open(): Promise<LedgerRuntime> {
    this.#seenKeys = new Set();
    const { clock } = this.world;
    const note = (fact: Fact) => this.#note(fact);
    return this.world.open({
      machines: [{ machine: ledger, events: ledgerEvents }],
      executors: { work: workOf({ clock, workMs: 50, retryMs: 200, note }) },
      actions: { tell: tellOf({ note }) },
      limits: { actionRetryMs: 100 },
    });
  }

  /** The machine stops, and starts again with what its disk has kept. */
  async powerCut(unflushed: Unflushed): Promise<void> {
    await this.world.kill();
    this.files.restart(unflushed);
  }

  #note(fact: Fact): void {
    this.witness.note(fact);
    if (fact.what !== 'ran' && fact.what !== 'told') return;
    this.#seenKeys.add(fact.key);
    if (!this.files.durableText().includes(fact.job)) this.premature.push(`${fact.what} ${fact.job}`);
  }
}

/** Everything that is wrong with what the runtime shows. */
export function auditRuntime(runtime: LedgerRuntime, { witness, premature }: CrashSite): readonly string[] {
  const begun = premature.map((what) => `${what} before it was on the device`);
  return [...begun, ...audit(statesOf(runtime), witness)];
}

export function statesOf(runtime: LedgerRuntime): readonly LedgerState[] {
  return runtime.keys().flatMap((key) => {
    const [snapshot, record] = [runtime.snapshot(key), runtime.record(key)];
    if (!snapshot || !record) return [];
    const count = (part: object) => Object.keys(part).length;
    const { executions, timers, actions } = record;
    return [
      {
        context: snapshot.context,
        executions: count(executions),
        timers: count(timers),
        actions: count(actions),
      },
    ];
  });
}
