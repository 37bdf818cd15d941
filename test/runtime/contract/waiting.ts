/** Contract: waiting for a state. */
import { describe, expect, test } from 'vitest';
import { order } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

export function describeWaiting(stage: () => Promise<Stage>): void {
  describe('waiting', () => {
    test('resolves at once when the state is there', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      expect((await runtime.waitFor('o-1', 'open')).value).toBe('open');
    });

    test('resolves with the first durable state that fits a path, a tag or a question', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      const byPath = runtime.waitFor('o-1', 'paying.charging');
      const byTag = runtime.waitFor('o-1', { tag: 'busy' });
      const byQuestion = runtime.waitFor('o-1', ({ context }) => context.receipt !== null);

      await runtime.send('o-1', { type: 'ordered' });
      await scene.world.idle();
      scene.pay.answer(0, 'r-1');

      expect((await byPath).value).toEqual({ paying: 'charging' });
      expect((await byTag).value).toEqual({ paying: 'charging' });
      expect((await byQuestion).context.receipt).toBe('r-1');
    });

    test('gives up at its limit', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      const waited = expect(runtime.waitFor('o-1', 'paid', { limitMs: 5_000 })).rejects.toMatchObject({
        code: 'SW_TIMEOUT',
      });
      await scene.world.advance(5_000);

      await waited;
    });

    test('gives up when its signal aborts', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      const controller = new AbortController();

      const waited = expect(runtime.waitFor('o-1', 'paid', { signal: controller.signal })).rejects.toThrow('enough');
      controller.abort(new Error('enough'));

      await waited;
      await expect(runtime.waitFor('o-1', 'paid', { signal: controller.signal })).rejects.toThrow('enough');
    });

    test('gives up when the instance ends or is stopped without it', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered('o-1');
      await scene.ordered('o-2');
      const ended = expect(runtime.waitFor('o-1', 'paid')).rejects.toMatchObject({ code: 'SW_INSTANCE_ENDED' });
      const stopped = expect(runtime.waitFor('o-2', 'paid')).rejects.toMatchObject({ code: 'SW_INSTANCE_ENDED' });

      await runtime.send('o-1', { type: 'shipped' });
      await runtime.stop('o-2');

      await ended;
      await stopped;
    });

    test('gives up when the runtime closes', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      const waited = expect(runtime.waitFor('o-1', 'paid')).rejects.toMatchObject({ code: 'SW_RUNTIME_STOPPED' });
      await scene.world.close();

      await waited;
    });
  });
}
