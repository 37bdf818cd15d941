/** Contract: what comes too late has no effect, and is counted. */
import { describe, expect, test } from 'vitest';
import { order } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

export function describeLate(stage: () => Promise<Stage>): void {
  describe('what comes too late', () => {
    test('an outcome after the state was left is dropped and counted', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      await scene.world.advance(10_000);
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')).toMatchObject({ value: 'late', context: { receipt: null } });
      expect(scene.runtime.stale().counts).toMatchObject({ outcome: 1 });
      expect(scene.runtime.stale().newest).toEqual([expect.objectContaining({ kind: 'outcome', key: 'o-1' })]);
    });

    test('the outcome of an earlier visit is not taken for that of a later one', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      await scene.world.advance(10_000);
      await scene.runtime.send('o-1', { type: 'ordered' });
      await scene.world.idle();

      scene.pay.answer(0, 'r-old');
      await scene.world.idle();
      expect(scene.runtime.snapshot('o-1')).toMatchObject({
        value: { paying: 'charging' },
        context: { receipt: null },
      });
      scene.pay.answer(1, 'r-new');
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')).toMatchObject({ value: 'paid', context: { receipt: 'r-new' } });
      expect(scene.pay.work(0).idempotencyKey).not.toBe(scene.pay.work(1).idempotencyKey);
    });

    test('a failure of an earlier visit does not fail a later one', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      await scene.world.advance(10_000);
      await scene.runtime.send('o-1', { type: 'ordered' });
      await scene.world.idle();

      scene.pay.refuse(0, new Error('too late'));
      await scene.world.idle();

      expect(scene.value()).toEqual({ paying: 'charging' });
      expect(scene.runtime.stale().counts).toMatchObject({ outcome: 1 });
    });

    test('a report after the outcome is dropped', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();
      const seq = scene.runtime.lastSeq();

      scene.pay.work(0).report({ type: 'progressed', percent: 99 });
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')?.context.percent).toBe(0);
      expect(scene.runtime.lastSeq()).toBe(seq);
      expect(scene.runtime.stale().counts).toMatchObject({ report: 1 });
    });

    test('a timer of a state that was left does not fire, nor that of an earlier visit early', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      await scene.world.advance(6_000);
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();
      await scene.runtime.send('o-1', { type: 'ordered' });

      await scene.world.advance(9_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);

      expect(scene.value()).toBe('late');
    });

    test('what a stopped instance had asked for is dropped', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      await scene.runtime.stop('o-1');
      await scene.runtime.start(order, 'o-1', { item: 'boat' });
      await scene.runtime.send('o-1', { type: 'ordered' });
      await scene.world.idle();

      scene.pay.answer(0, 'r-bicycle');
      await scene.world.idle();

      expect(scene.runtime.snapshot('o-1')?.context).toMatchObject({ item: 'boat', receipt: null });
    });
  });
}
