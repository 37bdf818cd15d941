import { afterEach, describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import { z } from 'zod';
import { createRuntime, type RuntimeOptions } from '../../src/runtime/create-runtime.ts';
import type { Executor, Work } from '../../src/runtime/executor.ts';
import type { Runtime as RuntimeOf } from '../../src/runtime/runtime.ts';
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

type Runtime = RuntimeOf<typeof order>;
type Payment = Work<{ amount: number }>;

/** An executor that the test answers by hand. */
class ByHand implements Executor<{ amount: number }, string> {
  readonly works: Payment[] = [];
  readonly #answers: ((output: string) => void)[] = [];
  readonly #refusals: ((error: unknown) => void)[] = [];

  readonly run = (work: Payment): Promise<string> => {
    this.works.push(work);
    return new Promise((resolve, reject) => {
      this.#answers.push(resolve);
      this.#refusals.push(reject);
    });
  };

  answer(index: number, output: string): void {
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

type Options = RuntimeOptions<typeof order>;
type Pay = Executor<{ amount: number }, string>;

async function world(
  parts: Omit<Partial<Options>, 'store' | 'clock'> & { store?: HeldStore; clock?: VirtualClock; pay?: Pay } = {},
) {
  const { store = new HeldStore(), clock = new VirtualClock(), pay = new ByHand(), ...rest } = parts;
  const notified: string[] = [];
  const warnings: string[] = [];
  const runtime = await createRuntime({
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
const ordered = (clock: VirtualClock) => ({ type: 'ordered' as const, at: clock.now() });

describe('the embedded runtime', () => {
  test('starts no effect and answers no sender before the commit is durable', async () => {
    const { runtime, store, clock, pay } = await world();
    await runtime.start(order, 'o-1');
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
    const { runtime, store, clock, pay, warnings } = await world();
    await runtime.start(order, 'o-1');
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
    const { runtime, clock, pay, notified, store } = await world();
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));

    pay.answer(0, 'receipt');
    await settle();

    expect(value(runtime)).toBe('paid');
    expect(notified).toHaveLength(1);
    expect(runtime.record('o-1')?.actions).toEqual({});
    expect(store.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('drops and counts the late result of an execution that a timer ended', async () => {
    const { runtime, clock, pay } = await world();
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));
    const [work] = pay.works;

    await clock.advance(10_000);
    pay.answer(0, 'receipt');
    await settle();

    expect(work?.signal.aborted).toBe(true);
    expect(value(runtime)).toBe('late');
    expect(runtime.stale()).toMatchObject({ counts: { outcome: 1 }, newest: [{ name: work?.idempotencyKey }] });
  });

  test('tells the failure of an execution as code and message', async () => {
    const { runtime, clock, pay, store } = await world();
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));

    pay.refuse(0, new Error('no money'));
    await settle();

    expect(value(runtime)).toBe('refused');
    expect(store.entries.at(-1)?.note).toMatchObject({
      event: { error: { code: 'SW_INTERNAL', message: 'no money' } },
    });
  });

  test('after a crash the timer fires at its own deadline, not later', async () => {
    const first = await world();
    await first.runtime.start(order, 'o-1');
    await first.runtime.send('o-1', ordered(first.clock));
    await first.clock.advance(4_000);

    const clock = new VirtualClock(first.clock.now());
    const second = await world({ store: new HeldStore(first.store.image(), 2), clock });
    await clock.advance(5_999);
    expect(value(second.runtime)).toBe('paying');
    await clock.advance(1);

    expect(value(second.runtime)).toBe('late');
  });

  test('after a crash an overdue timer fires at once', async () => {
    const first = await world();
    await first.runtime.start(order, 'o-1');
    await first.runtime.send('o-1', ordered(first.clock));

    const clock = new VirtualClock(first.clock.now() + 3_600_000);
    const second = await world({ store: new HeldStore(first.store.image(), 2), clock });
    await clock.advance(0);

    expect(value(second.runtime)).toBe('late');
  });

  test('after a crash an intent is reconciled with reality before it is redone', async () => {
    const first = await world();
    await first.runtime.start(order, 'o-1');
    await first.runtime.send('o-1', ordered(first.clock));
    const { idempotencyKey } = first.pay.works[0] as Payment;

    const asked: string[] = [];
    const pay: Pay = {
      run: () => Promise.reject(new Error('it must not be paid twice')),
      reconcile: (work) => {
        asked.push(work.idempotencyKey);
        return Promise.resolve({ kind: 'done', output: 'receipt' });
      },
    };
    const second = await world({ store: new HeldStore(first.store.image(), 2), pay });
    await settle();

    expect(asked).toEqual([idempotencyKey]);
    expect(value(second.runtime)).toBe('paid');
  });

  test('after a crash an action that is not known to be done is carried out again, with the same key', async () => {
    const first = await world({ actions: { notify: () => new Promise(() => {}) } });
    await first.runtime.start(order, 'o-1');
    await first.runtime.send('o-1', ordered(first.clock));
    first.pay.answer(0, 'receipt');
    await settle();
    const pending = Object.keys(first.runtime.record('o-1')?.actions ?? {}).map((token) => `o-1:1:${token}`);

    const second = await world({ store: new HeldStore(first.store.image(), 3) });
    await settle();

    expect(second.notified).toEqual(pending);
    expect(second.runtime.record('o-1')?.actions).toEqual({});
  });

  test('an action is tried again with growing pauses', async () => {
    let tries = 0;
    const notify = () => (++tries < 3 ? Promise.reject(new Error('mail server away')) : Promise.resolve());
    const { runtime, clock, pay } = await world({ actions: { notify } });
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));
    pay.answer(0, 'receipt');

    await clock.advance(1_000);
    expect(tries).toBe(2);
    await clock.advance(2_000);

    expect(tries).toBe(3);
    expect(runtime.record('o-1')?.actions).toEqual({});
  });

  test('refuses reserved, unknown and malformed events at the door', async () => {
    const { runtime, clock } = await world();
    await runtime.start(order, 'o-1');
    const at = clock.now();

    await expect(runtime.send('o-1', { type: 'xstate.done.actor.payment', at } as never)).rejects.toMatchObject({
      code: 'SW_EVENT_RESERVED',
    });
    await expect(runtime.send('o-1', { type: 'stolen', at } as never)).rejects.toMatchObject({
      code: 'SW_EVENT_INVALID',
    });
    await expect(runtime.send('o-2', ordered(clock))).rejects.toMatchObject({ code: 'SW_INSTANCE_UNKNOWN' });
  });

  test('refuses more waiting steps than the mailbox holds', async () => {
    const { runtime, store, clock } = await world({ limits: { mailboxMax: 2 } });
    await runtime.start(order, 'o-1');
    store.held = true;

    const sent = [runtime.send('o-1', ordered(clock)), runtime.send('o-1', { type: 'packed', at: clock.now() })];
    await expect(runtime.send('o-1', ordered(clock))).rejects.toMatchObject({ code: 'SW_MAILBOX_FULL' });

    store.flush();
    await Promise.all(sent);
  });

  test('sets aside a record that no machine can read, and goes on with the others', async () => {
    const first = await world();
    await first.runtime.start(order, 'o-1');
    const records = new Map(first.store.image()).set('o-0', { v: 9 });

    const { runtime, warnings } = await world({ store: new HeldStore(records, 1) });

    expect(runtime.keys()).toEqual(['o-1']);
    expect(warnings).toHaveLength(1);
  });

  test('a stopped instance leaves nothing behind', async () => {
    const { runtime, clock, pay, store } = await world();
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));

    await runtime.stop('o-1');
    await clock.advance(10_000);

    expect(pay.works[0]?.signal.aborted).toBe(true);
    expect(store.image().size).toBe(0);
    expect(store.entries.at(-1)?.record).toBeNull();
  });

  test('refuses a machine whose effects have no executor', async () => {
    await expect(world({ executors: {} as never })).rejects.toMatchObject({
      code: 'SW_EXECUTOR_MISSING',
      message: expect.stringContaining('pay'),
    });
  });

  test('resolves a wait with the first durable state that fits', async () => {
    const { runtime, clock } = await world();
    await runtime.start(order, 'o-1');

    const late = runtime.waitFor('o-1', 'late');
    await runtime.send('o-1', ordered(clock));
    await clock.advance(10_000);

    expect((await late).value).toBe('late');
  });

  test('ends a wait at its limit, when the instance ends, and when its signal aborts', async () => {
    const { runtime, clock } = await world();
    await runtime.start(order, 'o-1');
    const abort = new AbortController();

    const limited = runtime.waitFor('o-1', 'late', { limitMs: 5_000 });
    const ended = runtime.waitFor('o-1', 'late');
    const aborted = runtime.waitFor('o-1', 'late', { signal: abort.signal });
    const outcomes = Promise.allSettled([limited, ended, aborted]);
    await clock.advance(5_000);
    abort.abort(new Error('no longer of interest'));
    await runtime.stop('o-1');

    expect((await outcomes).map((outcome) => (outcome as PromiseRejectedResult).reason)).toMatchObject([
      { code: 'SW_TIMEOUT' },
      { code: 'SW_INSTANCE_ENDED' },
      { message: 'no longer of interest' },
    ]);
  });

  test('an instance that is started again under the same key gives other idempotency keys', async () => {
    const { runtime, clock, pay } = await world();
    for (let time = 0; time < 2; time += 1) {
      await runtime.start(order, 'o-1');
      await runtime.send('o-1', ordered(clock));
      await runtime.stop('o-1');
    }

    const [first, second] = pay.works;
    expect(first?.idempotencyKey).not.toBe(second?.idempotencyKey);
  });

  test('tries an effect again by its policy, with durable attempts and the same key', async () => {
    const attempts: [number, string][] = [];
    const run = (work: Payment) => {
      attempts.push([work.attempt, work.idempotencyKey]);
      return work.attempt < 4 ? Promise.reject(new Error('bank away')) : Promise.resolve('receipt');
    };
    const pay: Pay = { run, retry: { attemptsMax: 5, delayMs: 100, delayMsMax: 150 } };
    const first = await world({ pay });
    await first.runtime.start(order, 'o-1');
    await first.runtime.send('o-1', ordered(first.clock));
    await first.clock.advance(100);
    expect(attempts.map(([attempt]) => attempt)).toEqual([1, 2]);

    const { store, clock } = first;
    const second = await world({ pay, clock, store: new HeldStore(store.image(), store.entries.length) });
    await first.runtime.close();
    await clock.advance(149);
    expect(attempts.map(([attempt]) => attempt)).toEqual([1, 2]);
    await clock.advance(1);
    await clock.advance(150);

    expect(attempts.map(([attempt]) => attempt)).toEqual([1, 2, 3, 4]);
    expect(new Set(attempts.map(([, key]) => key)).size).toBe(1);
    expect(value(second.runtime)).toBe('paid');
  });

  test('a failure that is final, or the last attempt, reaches the machine', async () => {
    const refusals = [{ attemptsMax: 3, isFinal: () => true }, { attemptsMax: 1 }];
    for (const retry of refusals) {
      const pay: Pay = { run: () => Promise.reject(new Error('card stolen')), retry };
      const { runtime, clock } = await world({ pay });
      await runtime.start(order, 'o-1');
      await runtime.send('o-1', ordered(clock));
      await settle();

      expect(value(runtime)).toBe('refused');
    }
  });

  test('shows what came too late, and what met an instance that has no such work', async () => {
    const { runtime, clock, pay } = await world();
    await runtime.start(order, 'o-1');
    await runtime.send('o-1', ordered(clock));
    const [work] = pay.works;
    await runtime.stop('o-1');
    work?.report({ type: 'packed' });
    pay.answer(0, 'receipt');
    await settle();

    expect(runtime.stale().counts).toEqual({ outcome: 1, report: 1, timer: 0, action: 0, event: 0 });
    expect(runtime.stale().newest.map(({ kind, key }) => [kind, key])).toEqual([
      ['report', 'o-1'],
      ['outcome', 'o-1'],
    ]);
  });
});
