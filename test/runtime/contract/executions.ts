/** Contract: work with an outcome. */
import { describe, expect, test } from 'vitest';
import type { Reconciled, Work } from '../../../src/runtime/index.ts';
import type { Payment } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

export function describeExecutions(stage: () => Promise<Stage>): void {
  describe('executions', () => {
    test('an executor is told what to do, for whom, and under which name', async () => {
      const scene = await stage();
      await scene.open();
      const startedAt = scene.world.now();

      await scene.ordered();

      expect(scene.pay.works).toEqual([
        expect.objectContaining({
          key: 'o-1',
          input: { item: 'bicycle' },
          attempt: 1,
          startedAt: expect.closeTo(startedAt, -4),
          idempotencyKey: expect.stringMatching(/./),
          fencingToken: expect.any(Number),
        }),
      ]);
      expect(scene.pay.work(0).signal.aborted).toBe(false);
    });

    test('the outcome is a committed event, and so is a failure, as code and message', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered('o-1');
      await scene.ordered('o-2');

      scene.pay.answer(0, 'r-1');
      scene.pay.refuse(1, Object.assign(new Error('no money'), { code: 'POOR' }));
      await scene.world.idle();
      await scene.restart();

      expect(scene.runtime.snapshot('o-1')).toMatchObject({ value: 'paid', context: { receipt: 'r-1' } });
      expect(scene.runtime.snapshot('o-2')).toMatchObject({
        value: 'refused',
        context: { refusal: { message: 'no money' } },
      });
      expect(scene.pay.works).toEqual([]);
    });

    test('a plain function is an executor', async () => {
      const scene = await stage();
      await scene.open({ executors: { pay: async ({ input }) => `receipt for a ${input.item}` } });

      await scene.ordered();

      expect(scene.runtime.snapshot('o-1')?.context.receipt).toBe('receipt for a bicycle');
    });

    test('a function that throws at once fails its effect, not the runtime', async () => {
      const scene = await stage();
      const pay = (): Promise<string> => {
        throw new Error('broken');
      };
      await scene.open({ executors: { pay } });

      await scene.ordered();

      expect(scene.value()).toBe('refused');
      expect(scene.runtime.failure()).toBeNull();
    });

    test('an execution reports progress while it runs', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      scene.pay.work(0).report({ type: 'progressed', percent: 40 });
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')?.context.percent).toBe(40);
      expect(scene.value()).toEqual({ paying: 'charging' });
    });

    test.each([
      { type: 'xstate.done.actor.payment', output: 'forged' },
      { type: 'progressed', percent: 'much' },
    ])('a report that is not an event of the machine is refused: $type', async (event) => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      scene.pay.work(0).report(event);
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')).toMatchObject({ value: { paying: 'charging' }, context: { percent: 0 } });
      expect(scene.warnings).toHaveLength(1);
    });

    test('leaving the state aborts the signal', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      await scene.runtime.send('o-1', { type: 'shipped' });

      expect(scene.pay.work(0).signal.aborted).toBe(true);
    });

    test('after a kill an intent without outcome reaches its executor again, under the same name', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      const before = scene.pay.work(0);

      await scene.restart({}, 3_000);

      const after = scene.pay.work(0);
      expect(scene.pay.works).toHaveLength(1);
      expect(after).toMatchObject({
        input: before.input,
        idempotencyKey: before.idempotencyKey,
        startedAt: before.startedAt,
        attempt: 1,
      });
      expect(after.fencingToken).toBeGreaterThan(before.fencingToken);
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();
      expect(scene.value()).toBe('paid');
    });

    test('asks reality first after a kill, and does nothing that is done already', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      const { idempotencyKey } = scene.pay.work(0);
      const asked: Work<Payment>[] = [];

      const reconcile = async (work: Work<Payment>) => {
        asked.push(work);
        return { kind: 'done', output: 'r-0' } as const;
      };
      await scene.restart({ executors: { pay: { run: () => Promise.reject(new Error('paid twice')), reconcile } } });

      expect(asked.map((work) => work.idempotencyKey)).toEqual([idempotencyKey]);
      expect(scene.runtime.snapshot('o-1')).toMatchObject({ value: 'paid', context: { receipt: 'r-0' } });
    });

    test('one that is given up while it is reconciled is not redone', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      const paid: string[] = [];
      let found: (found: Reconciled<string>) => void = () => {};
      const reconcile = () =>
        new Promise<Reconciled<string>>((resolve) => {
          found = resolve;
        });
      const run = async ({ key }: Work<Payment>) => {
        paid.push(key);
        return 'r-1';
      };

      await scene.restart({ executors: { pay: { run, reconcile } } }, 10_000); // its patience is over meanwhile
      await scene.world.advance(1);
      expect(scene.value()).toBe('late');
      found({ kind: 'redo' });
      await scene.world.idle();

      expect(paid).toEqual([]);
    });

    test('takes a failure that reality tells, and does what reality knows nothing of', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered('o-1');
      await scene.ordered('o-2');

      const reconcile = async ({ key }: Work<Payment>) =>
        key === 'o-1'
          ? ({ kind: 'failed', error: { code: 'POOR', message: 'no money' } } as const)
          : ({ kind: 'redo' } as const);
      const ran: string[] = [];
      const run = async ({ key }: Work<Payment>) => {
        ran.push(key);
        return 'r-2';
      };
      await scene.restart({ executors: { pay: { run, reconcile } } });

      expect(ran).toEqual(['o-2']);
      expect(scene.runtime.snapshot('o-1')).toMatchObject({
        value: 'refused',
        context: { refusal: { code: 'POOR', message: 'no money' } },
      });
      expect(scene.runtime.snapshot('o-2')?.context.receipt).toBe('r-2');
    });

    test('reality is asked on recovery only', async () => {
      const scene = await stage();
      const reconcile = () => Promise.reject(new Error('there is nothing to reconcile'));
      await scene.open({ executors: { pay: { run: async () => 'r-1', reconcile } } });

      await scene.ordered();

      expect(scene.value()).toBe('paid');
    });
  });
}
