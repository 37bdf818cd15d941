/** Contract: what outlives a process, and what ends with an instance. */
import { describe, expect, test } from 'vitest';
import { order } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

export function describeLives(stage: () => Promise<Stage>): void {
  describe('lives', () => {
    test('everything that was answered is there after a kill', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      await Promise.all(Array.from({ length: 20 }, (_, n) => runtime.send('o-1', { type: 'counted', n })));
      const seq = runtime.lastSeq();

      await scene.restart();

      expect(scene.runtime.snapshot('o-1')?.context).toMatchObject({
        item: 'bicycle',
        counts: Array.from({ length: 20 }, (_, n) => n),
      });
      expect(scene.runtime.lastSeq()).toBe(seq);
      expect(await scene.runtime.history({ limit: 100 })).toHaveLength(seq);
    });

    test('everything that was answered before the kill is there however often it is killed', async () => {
      const scene = await stage();
      await scene.open();
      await scene.runtime.start(order, 'o-1', { item: 'bicycle' });

      for (let n = 0; n < 8; n++) {
        await scene.runtime.send('o-1', { type: 'counted', n });
        await scene.restart();
        expect(scene.runtime.snapshot('o-1')?.context.counts).toHaveLength(n + 1);
      }
    });

    test('a closed runtime accepts nothing, and the next one goes on', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();
      const { signal, idempotencyKey } = scene.pay.work(0);

      await scene.world.close();

      expect(signal.aborted).toBe(true);
      await expect(runtime.send('o-1', { type: 'ordered' })).rejects.toMatchObject({ code: 'SW_RUNTIME_STOPPED' });
      await expect(runtime.start(order, 'o-2', { item: 'boat' })).rejects.toMatchObject({ code: 'SW_RUNTIME_STOPPED' });
      await scene.open();
      await scene.world.idle();
      expect(scene.value()).toEqual({ paying: 'charging' });
      expect(scene.pay.works.map((work) => work.idempotencyKey)).toEqual([idempotencyKey]);
    });

    test('a stopped instance leaves neither timers nor executions, also after a kill', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();
      await runtime.start(order, 'o-2', { item: 'boat' });

      await runtime.stop('o-1');

      expect(scene.pay.work(0).signal.aborted).toBe(true);
      expect([runtime.keys(), runtime.timers(), runtime.snapshot('o-1')]).toEqual([['o-2'], [], undefined]);
      await expect(runtime.send('o-1', { type: 'ordered' })).rejects.toMatchObject({ code: 'SW_INSTANCE_UNKNOWN' });
      await scene.restart();
      await scene.world.advance(60_000);
      expect([scene.runtime.keys(), scene.pay.works]).toEqual([['o-2'], []]);
    });

    test('nobody is told that an instance is there before it lasts', async () => {
      const scene = await stage();
      const runtime = await scene.open();

      void runtime.start(order, 'o-1', { item: 'bicycle' });
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      expect(runtime.snapshot('o-1')).toBeDefined();
    });

    test('nobody is told that an instance is gone before it is', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      void runtime.stop('o-1');
      await runtime.stop('o-1');

      expect(runtime.snapshot('o-1')).toBeUndefined();
    });

    test('stopping an instance ends what it had asked for a moment before', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      void runtime.send('o-1', { type: 'ordered' });
      await runtime.stop('o-1');
      await scene.world.idle();

      expect(scene.pay.works.filter(({ signal }) => !signal.aborted)).toEqual([]);
    });

    test('stopping an instance that is not there does nothing', async () => {
      const scene = await stage();
      const runtime = await scene.open();

      await runtime.stop('o-1');

      expect(runtime.lastSeq()).toBe(0);
    });

    test.each([false, true])(
      'a key that is started again gets other idempotency keys and hears nothing of its old life (restarted: %s)',
      async (isRestarted) => {
        const scene = await stage();
        await scene.open();
        await scene.ordered();
        const old = scene.pay.work(0);

        await scene.runtime.stop('o-1');
        if (isRestarted) await scene.restart();
        await scene.ordered();
        const now = scene.pay.work(-1);
        old.report({ type: 'progressed', percent: 50 });
        await scene.world.idle();

        expect(now.idempotencyKey).not.toBe(old.idempotencyKey);
        expect(scene.runtime.snapshot('o-1')).toMatchObject({
          value: { paying: 'charging' },
          context: { percent: 0, receipt: null },
        });
      },
    );

    test('a second owner is refused while the first lives, and follows it with a larger fencing token', async () => {
      const scene = await stage();
      if (!scene.world.isExclusive) return;
      const runtime = await scene.open();
      await scene.ordered();
      const { fencingToken } = scene.pay.work(0);

      await expect(scene.world.open(scene.usual())).rejects.toMatchObject({ code: 'SW_DATA_LOCKED' });
      await runtime.send('o-1', { type: 'counted', n: 1 });
      await scene.restart();

      expect(scene.runtime.snapshot('o-1')?.context.counts).toEqual([1]);
      expect(scene.pay.work(0).fencingToken).toBeGreaterThan(fencingToken);
    });

    test('every instance ends its own way, whatever becomes of the others', async () => {
      const scene = await stage();
      await scene.open();
      for (const key of ['o-1', 'o-2', 'o-3']) await scene.ordered(key);
      await scene.runtime.send('o-1', { type: 'shipped' });
      scene.pay.answer(1, 'r-2');
      await scene.world.idle();

      await scene.restart();

      expect(['o-1', 'o-2', 'o-3'].map((key) => scene.value(key))).toEqual(['ended', 'paid', { paying: 'charging' }]);
      expect(scene.runtime.snapshot('o-1')?.status).toBe('done');
    });
  });
}
