import { afterEach, describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import { z } from 'zod';
import type { Json } from '../../src/core/json.ts';
import { createEmbeddedRuntime, type RuntimeOptions } from '../../src/runtime/embedded/embedded-runtime.ts';
import type { Executor, Runtime, Work } from '../../src/runtime/runtime.ts';
import { HeldStore } from '../support/held-store.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const events = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ordered'), at: z.number() }),
  z.object({ type: z.literal('packed'), at: z.number() }),
]);

const order = setup({
  types: { events: {} as z.infer<typeof events> },
  actors: { pay: fromPromise<string, { amount: number }>(() => Promise.resolve('')) },
  actions: { notify: (_, _params: { text: string }) => {} },
  delays: { patience: 10_000 },
}).createMachine({
  id: 'order@1',
  initial: 'open',
  states: {
    open: { on: { ordered: 'paying' } },
    paying: {
      invoke: { id: 'payment', src: 'pay', input: { amount: 5 }, onDone: 'paid', onError: 'refused' },
      on: { packed: {} },
      after: { patience: 'late' },
    },
    paid: { entry: [{ type: 'notify', params: { text: 'paid' } }] },
    refused: {},
    late: {},
  },
});

/** An executor that the test answers by hand. */
class ByHand implements Executor {
  readonly works: Work[] = [];
  readonly #answers: ((output: Json) => void)[] = [];
  readonly #refusals: ((error: unknown) => void)[] = [];

  run(work: Work): Promise<Json> {
    this.works.push(work);
    return new Promise((resolve, reject) => {
      this.#answers.push(resolve);
      this.#refusals.push(reject);
    });
  }

  answer(index: number, output: Json): void {
    this.#answers[index]?.(output);
  }

  refuse(index: number, error: unknown): void {
    this.#refusals[index]?.(error);
  }
}

const open: Runtime[] = [];
afterEach(async () => {
  for (const runtime of open.splice(0)) await runtime.close();
});

function world(parts: Partial<RuntimeOptions> & { store?: HeldStore; clock?: VirtualClock; pay?: Executor } = {}) {
  const { store = new HeldStore(), clock = new VirtualClock(), pay = new ByHand(), ...rest } = parts;
  const notified: string[] = [];
  const warnings: string[] = [];
  const runtime = createEmbeddedRuntime({
    machines: [{ machine: order, events }],
    executors: { pay },
    actions: { notify: ({ id }) => Promise.resolve(void notified.push(id)) },
    store,
    clock,
    warn: (message) => void warnings.push(message),
    ...rest,
  });
  open.push(runtime);
  return { runtime, store, clock, pay: pay as ByHand, notified, warnings };
}

const value = (runtime: Runtime) => runtime.record('o-1')?.snapshot.value;
const ordered = (clock: VirtualClock) => ({ type: 'ordered', at: clock.now() });

describe('the embedded runtime', () => {
  test('starts no effect and answers no sender before the commit is durable', async () => {
    const { runtime, store, clock, pay } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    store.held = true;
    let answered = false;

    const sent = runtime.send('o-1', ordered(clock)).then(() => {
      answered = true;
    });
    await settle();
    expect([answered, pay.works.length, value(runtime)]).toEqual([false, 0, 'open']);

    store.flush();
    await sent;
    expect([answered, pay.works.length, value(runtime)]).toEqual([true, 1, 'paying']);
  });

  test('promises nothing more after a commit failed', async () => {
    const { runtime, store, clock, pay, warnings } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    store.held = true;

    const sent = runtime.send('o-1', ordered(clock));
    store.fail();

    await expect(sent).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await expect(runtime.send('o-1', ordered(clock))).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(pay.works).toEqual([]);
    expect(runtime.failure()).toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(warnings).toEqual(['The runtime stopped: a commit failed.']);
  });

  test('turns the outcome of an execution into a committed step, and carries out its action', async () => {
    const { runtime, clock, pay, notified, store } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    await runtime.send('o-1', ordered(clock));

    pay.answer(0, 'receipt');
    await settle();

    expect(value(runtime)).toBe('paid');
    expect(notified).toHaveLength(1);
    expect(runtime.record('o-1')?.actions).toEqual([]);
    expect(store.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('drops and counts the late result of an execution that a timer ended', async () => {
    const { runtime, clock, pay } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    await runtime.send('o-1', ordered(clock));
    const [work] = pay.works;

    await clock.advance(10_000);
    pay.answer(0, 'receipt');
    await settle();

    expect(work?.signal.aborted).toBe(true);
    expect(value(runtime)).toBe('late');
  });

  test('tells the failure of an execution as code and message', async () => {
    const { runtime, clock, pay, store } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    await runtime.send('o-1', ordered(clock));

    pay.refuse(0, new Error('no money'));
    await settle();

    expect(value(runtime)).toBe('refused');
    expect(store.entries.at(-1)?.note).toMatchObject({
      event: { error: { code: 'SW_INTERNAL', message: 'no money' } },
    });
  });

  test('after a crash the timer fires at its own deadline, not later', async () => {
    const first = world();
    await first.runtime.start('o-1', { machine: 'order@1', input: {} });
    await first.runtime.send('o-1', ordered(first.clock));
    await first.clock.advance(4_000);

    const clock = new VirtualClock(first.clock.now());
    const second = world({ store: new HeldStore(first.store.image(), 2), clock });
    await clock.advance(5_999);
    expect(value(second.runtime)).toBe('paying');
    await clock.advance(1);

    expect(value(second.runtime)).toBe('late');
  });

  test('after a crash an overdue timer fires at once', async () => {
    const first = world();
    await first.runtime.start('o-1', { machine: 'order@1', input: {} });
    await first.runtime.send('o-1', ordered(first.clock));

    const clock = new VirtualClock(first.clock.now() + 3_600_000);
    const second = world({ store: new HeldStore(first.store.image(), 2), clock });
    await clock.advance(0);

    expect(value(second.runtime)).toBe('late');
  });

  test('after a crash an intent is reconciled with reality before it is redone', async () => {
    const first = world();
    await first.runtime.start('o-1', { machine: 'order@1', input: {} });
    await first.runtime.send('o-1', ordered(first.clock));
    const { execution } = first.pay.works[0] as Work;

    const asked: string[] = [];
    const pay: Executor = {
      run: () => Promise.reject(new Error('it must not be paid twice')),
      reconcile: (work) => {
        asked.push(work.execution);
        return Promise.resolve({ kind: 'done', output: 'receipt' });
      },
    };
    const second = world({ store: new HeldStore(first.store.image(), 2), pay });
    await settle();

    expect(asked).toEqual([execution]);
    expect(value(second.runtime)).toBe('paid');
  });

  test('after a crash an action that is not known to be done is carried out again, with the same key', async () => {
    const first = world({ actions: { notify: () => new Promise(() => {}) } });
    await first.runtime.start('o-1', { machine: 'order@1', input: {} });
    await first.runtime.send('o-1', ordered(first.clock));
    first.pay.answer(0, 'receipt');
    await settle();
    const pending = first.runtime.record('o-1')?.actions.map(({ id }) => id);

    const second = world({ store: new HeldStore(first.store.image(), 3) });
    await settle();

    expect(second.notified).toEqual(pending);
    expect(second.runtime.record('o-1')?.actions).toEqual([]);
  });

  test('an action is tried again with growing pauses', async () => {
    let tries = 0;
    const notify = () => (++tries < 3 ? Promise.reject(new Error('mail server away')) : Promise.resolve());
    const { runtime, clock, pay } = world({ actions: { notify } });
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    await runtime.send('o-1', ordered(clock));
    pay.answer(0, 'receipt');

    await clock.advance(1_000);
    expect(tries).toBe(2);
    await clock.advance(2_000);

    expect(tries).toBe(3);
    expect(runtime.record('o-1')?.actions).toEqual([]);
  });

  test('refuses reserved, unknown and malformed events at the door', async () => {
    const { runtime, clock } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    const at = clock.now();

    await expect(runtime.send('o-1', { type: 'xstate.done.actor.payment', at })).rejects.toMatchObject({
      code: 'SW_EVENT_RESERVED',
    });
    await expect(runtime.send('o-1', { type: 'stolen', at })).rejects.toMatchObject({ code: 'SW_EVENT_INVALID' });
    await expect(runtime.send('o-2', ordered(clock))).rejects.toMatchObject({ code: 'SW_INSTANCE_UNKNOWN' });
  });

  test('refuses more waiting steps than the mailbox holds', async () => {
    const { runtime, store, clock } = world({ limits: { mailboxMax: 2 } });
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    store.held = true;

    const sent = [runtime.send('o-1', ordered(clock)), runtime.send('o-1', { type: 'packed', at: clock.now() })];
    await expect(runtime.send('o-1', ordered(clock))).rejects.toMatchObject({ code: 'SW_MAILBOX_FULL' });

    store.flush();
    await Promise.all(sent);
  });

  test('sets aside a record that no machine can read, and goes on with the others', async () => {
    const first = world();
    await first.runtime.start('o-1', { machine: 'order@1', input: {} });
    const records = new Map(first.store.image()).set('o-0', { v: 9 });

    const { runtime, warnings } = world({ store: new HeldStore(records, 1) });

    expect(runtime.keys()).toEqual(['o-1']);
    expect(warnings).toHaveLength(1);
  });

  test('a removed instance leaves nothing behind', async () => {
    const { runtime, clock, pay, store } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });
    await runtime.send('o-1', ordered(clock));

    await runtime.remove('o-1');
    await clock.advance(10_000);

    expect(pay.works[0]?.signal.aborted).toBe(true);
    expect(store.image().size).toBe(0);
    expect(store.entries.at(-1)?.record).toBeNull();
  });

  test('refuses a machine whose effects have no executor', () => {
    expect(() => world({ executors: {} })).toThrowError(
      expect.objectContaining({ code: 'SW_EXECUTOR_MISSING', message: expect.stringContaining('pay') }),
    );
  });

  test('resolves a wait with the first durable record that fits', async () => {
    const { runtime, clock } = world();
    await runtime.start('o-1', { machine: 'order@1', input: {} });

    const late = runtime.waitFor('o-1', ({ snapshot }) => snapshot.value === 'late', new AbortController().signal);
    await runtime.send('o-1', ordered(clock));
    await clock.advance(10_000);

    expect((await late).snapshot.value).toBe('late');
  });
});
