/**
 * - `act-before-commit`: when a remedy or a run begins, a power cut at that very moment must leave its intent on the disk.
 * - `unreadable`: what that power cut leaves can be opened.
 *
 * The disk is copied at that moment, loses what was not flushed, and is opened by another process when all is over.
 */
import { openEmbeddedStore } from '../../../store/embedded-store.ts';
import type { CrashFileSystem } from '../../disk/crash-file-system.ts';
import { Life } from '../../life.ts';
import { SimulatedProcesses } from '../../process-table.ts';
import type { Fact } from '../witness.ts';
import type { Oracle, OracleParts } from './oracle.ts';

interface Proof {
  readonly disk: CrashFileSystem;
  readonly integration: string;
  readonly src: 'remedy' | 'synchronize';
  /** The idempotency key; null where only one of the kind can be under way. */
  readonly key: string | null;
}

/** Each takes a while to open; enough to meet every kind of moment over many seeds. */
const proofsMax = { remedy: 4, synchronize: 2 };

/** Number of a process that none of the others has: they are all dead for it. */
const stranger = 1_000_000;

export class CommitBeforeAct implements Oracle {
  readonly #parts: OracleParts;
  readonly #proofs: Proof[] = [];

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact): void {
    if (fact.what === 'act-began') this.#keep('remedy', fact.act.integration, fact.act.key);
    else if (fact.what === 'run-began') this.#keep('synchronize', fact.integration, null);
  }

  async finish(): Promise<void> {
    for (const proof of this.#proofs) if (!(await this.#holds(proof))) this.#violate(proof);
  }

  #keep(src: Proof['src'], integration: string, key: string | null): void {
    if (this.#proofs.filter((one) => one.src === src).length >= proofsMax[src]) return;
    this.#proofs.push({ disk: this.#parts.room.files.copy(), integration, src, key });
  }

  async #holds({ disk, integration, src, key }: Proof): Promise<boolean> {
    const { clock } = this.#parts.room;
    disk.restart({ kind: 'lost' });
    const processes = new SimulatedProcesses(stranger).born(new Life(clock));
    const store = await openEmbeddedStore({ directory: '/data', clock, fileSystem: disk, processes }).catch(
      (error: unknown) => this.#parts.violate('unreadable', String(error)),
    );
    if (!store) return true; // that is said already
    const record = store.recovered.records.get(integration) as Stored | undefined;
    const intents = Object.values(record?.executions ?? {}).filter((one) => one.src === src);
    return intents.some(({ token }) => key === null || key === `${integration}:${record?.incarnation}:${token}`);
  }

  #violate({ integration, src, key }: Proof): void {
    this.#parts.violate(
      'act-before-commit',
      `${src} of ${integration} began, its intent ${key ?? ''} is not on the disk`,
    );
  }
}

interface Stored {
  readonly incarnation: number;
  readonly executions: { readonly [id: string]: { readonly token: string; readonly src: string } };
}
