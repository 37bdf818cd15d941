/** Random lives of one instance, held against a model of a few lines after every command. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Migration, Runtime } from '../../src/runtime/index.ts';
import { ByHand } from './support/by-hand.ts';
import { type Job, ledger, ledgerEvents, ledgerOf } from './support/ledger.ts';
import { memoryMedium } from './support/memory-medium.ts';
import { VirtualWorld } from './support/virtual-world.ts';

const alarmMs = 1_000;

/** All that a user should have to know to foretell the books of a ledger. */
class Model {
  credits = 0;
  begun = 0;
  ended = { done: 0, failed: 0, cancelled: 0 };
  set = 0;
  rang = 0;
  cleared = 0;
  release = 1;
  isBusy = false;
  dueAt: number | null = null;

  end(how: keyof Model['ended']): void {
    if (this.isBusy) this.ended[how] += 1;
    this.isBusy = false;
  }

  ringUntil(now: number): void {
    if (this.dueAt === null || this.dueAt > now) return;
    this.rang += 1;
    this.dueAt = null;
  }
}

/** The real thing: a runtime that is killed and opened again, its executor in our hand. */
class Real {
  /** Entries on their way to the device that arrive there although the process is killed. */
  kept = 0;
  release = 1;
  work = new ByHand<Job, number>();
  readonly world = new VirtualWorld(memoryMedium({ unacknowledgedKept: () => this.kept }));
  #runtime: Runtime<typeof ledger> | null = null;

  get runtime(): Runtime<typeof ledger> {
    if (!this.#runtime) throw new Error('Open it first.');
    return this.#runtime;
  }

  async open(): Promise<void> {
    this.work = new ByHand();
    const machine = ledgerOf(this.release);
    const fromBefore: Migration = {
      from: `ledger@${this.release - 1}`,
      migrate: ({ value, context }) => {
        const { migrations, ...others } = context as { readonly migrations: number }; // a ledger's, see its machine
        return { value, context: { ...others, migrations: migrations + 1 } };
      },
    };
    this.#runtime = await this.world.open({
      machines: [{ machine, events: ledgerEvents, migrations: [fromBefore] }],
      executors: { work: this.work },
      actions: { tell: async () => {} },
    });
    await this.world.idle();
  }
}

/** What the instance shows must be what the model says. */
function compare(model: Model, { runtime, work, release }: Real): void {
  const snapshot = runtime.snapshot('l');
  const { credits, total, begun, ended, set, rang, cleared, migrations } = snapshot?.context ?? ledgerless;
  const count = (wanted: string) => ended.filter(({ how }) => how === wanted).length;
  expect({
    credits: credits.length,
    total,
    begun,
    ended: { done: count('done'), failed: count('failed'), cancelled: count('cancelled') },
    set,
    rang: rang.length,
    cleared,
    release: migrations + 1,
    isBusy: snapshot?.matches({ jobs: 'busy' }),
    dueAt: runtime.timers('l')[0]?.dueAt ?? null,
  }).toEqual({ ...model, total: model.credits });
  expect(ended.every(({ job, waitedFor }) => job === waitedFor)).toBe(true);
  expect(runtime.record('l')?.machine).toBe(`ledger@${release}`);
  const wanted = work.works.filter(({ signal }) => !signal.aborted).at(-1);
  if (model.isBusy) expect(wanted?.input.job).toBe(`<l/${begun}>`);
}

const ledgerless = { credits: [], total: 0, begun: 0, ended: [], set: 0, rang: [], cleared: 0, migrations: -1 };

type Command = fc.AsyncCommand<Model, Real>;

/** A command that may always come; `foretell` is its whole meaning. */
function command(
  name: string,
  foretell: (model: Model, real: Real) => void,
  act: (real: Real) => Promise<void>,
): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await act(real);
      await real.world.idle();
      foretell(model, real);
      compare(model, real);
    },
  };
}

const send = (type: 'job.requested' | 'job.cancelled' | 'alarm.set' | 'alarm.cleared', foretell: Foretell): Command =>
  command(type, foretell, (real) => real.runtime.send('l', { type }));

type Foretell = (model: Model, real: Real) => void;

let nextId = 1;
const credit = () =>
  command(
    'credited',
    (model) => {
      model.credits += 1;
    },
    (real) => real.runtime.send('l', { type: 'credited', id: nextId++ }),
  );

const requestJob = () =>
  send('job.requested', (model) => {
    model.begun += model.isBusy ? 0 : 1;
    model.isBusy = true;
  });

const cancelJob = () => send('job.cancelled', (model) => model.end('cancelled'));

const setAlarm = () =>
  send('alarm.set', (model, { world }) => {
    if (model.dueAt !== null) return;
    model.set += 1;
    model.dueAt = world.now() + alarmMs;
  });

const clearAlarm = () =>
  send('alarm.cleared', (model) => {
    model.cleared += model.dueAt === null ? 0 : 1;
    model.dueAt = null;
  });

const advance = (ms: number) =>
  command(
    `advance ${ms} ms`,
    (model, { world }) => model.ringUntil(world.now()),
    (real) => real.world.advance(ms),
  );

/** The newest work is done, if there is one; what comes from earlier ones has no effect. */
const answer = (how: 'done' | 'failed', back: number) =>
  command(
    `${how}, ${back} before the newest`,
    (model) => {
      if (back === 0) model.end(how);
    },
    async ({ work }) => {
      const index = work.works.length - 1 - back;
      if (index < 0) return;
      if (how === 'done') work.answer(index, Number(/\d+/.exec(work.work(index).input.job)));
      else work.refuse(index, new Error('no'));
    },
  );

/** Killed with two credits on their way, of which some arrive; and opened again, perhaps with the next release. */
const crash = ({ awayMs, kept, isUpgrade }: { awayMs: number; kept: number; isUpgrade: boolean }): Command => ({
  check: () => true,
  toString: () => `${isUpgrade ? 'upgrade' : 'crash'} with ${kept} kept, away ${awayMs} ms`,
  async run(model, real) {
    for (let n = 0; n < 2; n++) real.runtime.send('l', { type: 'credited', id: nextId++ }).catch(() => {});
    real.kept = kept;
    await real.world.kill();
    await real.world.advance(awayMs);
    real.release += isUpgrade ? 1 : 0;
    await real.open();
    await real.world.advance(0); // what is overdue fires
    const arrived = (real.runtime.snapshot('l')?.context.credits.length ?? 0) - model.credits;
    expect([0, 1, 2]).toContain(arrived); // nobody was told: each may be there or not
    model.credits += arrived;
    model.release = real.release;
    model.ringUntil(real.world.now());
    compare(model, real);
  },
});

const commands = [
  fc.constant(credit()),
  fc.constant(requestJob()),
  fc.constant(requestJob()),
  fc.constant(cancelJob()),
  fc.constant(setAlarm()),
  fc.constant(clearAlarm()),
  fc.nat(700).map(advance),
  fc
    .tuple(fc.constantFrom('done' as const, 'failed' as const), fc.constantFrom(0, 0, 0, 1, 2))
    .map((of) => answer(...of)),
  fc.record({ awayMs: fc.nat(1_500), kept: fc.nat(2), isUpgrade: fc.constant(false) }).map(crash),
  fc.record({ awayMs: fc.nat(1_500), kept: fc.nat(2), isUpgrade: fc.constant(true) }).map(crash),
];

test('whatever is sent, completed, failed, crashed and upgraded, the books are what the model foretells', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'max' }), async (drawn) => {
      const real = new Real();
      await real.open();
      await real.runtime.start(ledger, 'l', { name: 'l', alarmMs });
      await fc.asyncModelRun(() => ({ model: new Model(), real }), drawn);
      await real.world.dispose();
    }),
    { numRuns: 300 },
  );
});
