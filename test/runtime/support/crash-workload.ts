/** A workload with a little of everything that a runtime does, short enough to be cut at each of its operations. */
import type { CrashSite, LedgerRuntime } from './crash-site.ts';
import { ledger } from './ledger.ts';

/** Works in three lives of the process; the credits of each name count up from 1. */
export async function workload(site: CrashSite): Promise<void> {
  const visit = new Visit(site, await site.open());
  await Promise.all([visit.start('a'), visit.start('b'), visit.start('c')]);
  await Promise.all([visit.credit('a', 3), visit.credit('b', 2), visit.credit('c', 1)]);
  await visit.request('a', 'job.requested', 'alarm.set');
  await visit.request('b', 'job.requested', 'alarm.set');
  await site.world.advance(60); // the first jobs are done
  await visit.request('a', 'job.requested');
  await Promise.all([visit.credit('a', 1), visit.credit('b', 1)]);
  await site.world.advance(1_000); // the second job of a fails, and is tried again
  await visit.request('c', 'job.requested', 'job.cancelled', 'alarm.set');
  await visit.stop('b');
  await visit.start('b', 'b-again');
  await visit.request('b', 'job.requested', 'alarm.set');
  await site.world.close();

  const second = new Visit(site, await site.open());
  await second.request('a', 'job.requested', 'alarm.cleared', 'alarm.set');
  await second.credit('c', 2);
  await site.world.advance(5_000); // alarms ring
  await second.request('a', 'job.requested', 'alarm.set');
  await second.credit('a', 2);
  await site.world.kill();

  const third = new Visit(site, await site.open());
  await Promise.all([third.credit('a', 2), third.credit('b', 2), third.stop('c')]);
  await site.world.advance(6_000);
  await site.world.close();
}

/** What one process is asked to do, with the witness told of every question and answer. */
class Visit {
  readonly #site: CrashSite;
  readonly #runtime: LedgerRuntime;

  constructor(site: CrashSite, runtime: LedgerRuntime) {
    this.#site = site;
    this.#runtime = runtime;
  }

  async start(key: string, name = key): Promise<void> {
    await this.#runtime.start(ledger, key, { name, alarmMs: 5_000 });
    this.#site.witness.note({ what: 'started', name });
  }

  async credit(key: string, count: number): Promise<void> {
    const { witness } = this.#site;
    const name = this.#nameOf(key);
    const last = Math.max(0, ...witness.of(name).sent);
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const id = last + index + 1;
        witness.note({ what: 'sent', name, id });
        await this.#runtime.send(key, { type: 'credited', id });
        witness.note({ what: 'acknowledged', name, id });
      }),
    );
  }

  async request(key: string, ...types: readonly Plain[]): Promise<void> {
    for (const type of types) await this.#runtime.send(key, { type });
  }

  async stop(key: string): Promise<void> {
    const name = this.#nameOf(key);
    this.#site.witness.note({ what: 'stopping', name });
    await this.#runtime.stop(key);
    this.#site.witness.note({ what: 'stopped', name });
  }

  #nameOf(key: string): string {
    return this.#runtime.snapshot(key)?.context.name ?? key;
  }
}

type Plain = 'job.requested' | 'job.cancelled' | 'alarm.set' | 'alarm.cleared';
