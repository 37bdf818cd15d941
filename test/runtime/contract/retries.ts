/** Contract: attempts that fail and are followed by others. */
import { describe, expect, test } from 'vitest';
import type { Executor, RetryPolicy, Work } from '../../../src/runtime/index.ts';
import type { Payment } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

const policy: RetryPolicy = { attemptsMax: 4, delayMs: 1_000, delayMsMax: 2_000 };

/** Fails until an attempt, and notes when it was tried. */
function failingBefore(goodAttempt: number, scene: Stage, retry = policy) {
  const tried: { readonly attempt: number; readonly at: number; readonly idempotencyKey: string }[] = [];
  const pay: Executor<Payment, string> = {
    retry,
    run: async ({ attempt, idempotencyKey }: Work<Payment>) => {
      tried.push({ attempt, at: scene.world.now(), idempotencyKey });
      if (attempt < goodAttempt) throw Object.assign(new Error(`attempt ${attempt} failed`), { code: 'AWAY' });
      return `r-${attempt}`;
    },
  };
  return { pay, tried };
}

export function describeRetries(stage: () => Promise<Stage>): void {
  describe('retries', () => {
    test('without a policy there is a single attempt', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      scene.pay.refuse(0, new Error('away'));
      await scene.world.advance(3_600_000);

      expect(scene.pay.works).toHaveLength(1);
      expect(scene.value()).toBe('refused');
    });

    test('attempts follow with growing pauses, under one name, until one succeeds', async () => {
      const scene = await stage();
      const { pay, tried } = failingBefore(4, scene);
      await scene.open({ executors: { pay } });
      await scene.ordered();

      await scene.world.advance(4_999);
      expect(tried).toHaveLength(3);
      await scene.world.advance(1);

      expect(tried.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
      const [first = 0, ...later] = tried.map(({ at }) => at);
      expect(later.map((at) => at - first)).toEqual([1_000, 3_000, 5_000]);
      expect(new Set(tried.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(scene.runtime.snapshot('o-1')?.context.receipt).toBe('r-4');
    });

    test('the machine hears of the last failure only', async () => {
      const scene = await stage();
      const { pay, tried } = failingBefore(9, scene);
      await scene.open({ executors: { pay } });
      await scene.ordered();

      await scene.world.advance(9_000);

      expect(tried).toHaveLength(4);
      expect(scene.runtime.snapshot('o-1')?.context.refusal).toMatchObject({ message: 'attempt 4 failed' });
      const outcomes = (await scene.runtime.history({ key: 'o-1', limit: 100 })).filter(
        ({ note }) => note.event.type === 'xstate.error.actor.payment',
      );
      expect(outcomes).toHaveLength(1);
    });

    test('a failure that is final is not tried again', async () => {
      const scene = await stage();
      const { pay, tried } = failingBefore(9, scene, { ...policy, isFinal: () => true });
      await scene.open({ executors: { pay } });

      await scene.ordered();
      await scene.world.advance(9_000);

      expect(tried).toHaveLength(1);
      expect(scene.value()).toBe('refused');
    });

    test('a policy that fails to tell whether a failure is final makes it final', async () => {
      const scene = await stage();
      const isFinal = () => {
        throw new Error('the policy is broken');
      };
      const { pay, tried } = failingBefore(9, scene, { ...policy, isFinal });
      await scene.open({ executors: { pay } });

      await scene.ordered();
      await scene.world.advance(9_000);

      expect(tried).toHaveLength(1);
      expect(scene.runtime.snapshot('o-1')?.context.refusal).toMatchObject({ message: 'attempt 1 failed' });
    });

    test('attempts go on counting after a kill, and the pause keeps its end', async () => {
      const scene = await stage();
      const first = failingBefore(9, scene);
      await scene.open({ executors: { pay: first.pay } });
      await scene.ordered();
      await scene.world.advance(1_000);
      expect(first.tried.map(({ attempt }) => attempt)).toEqual([1, 2]);

      const second = failingBefore(9, scene);
      await scene.restart({ executors: { pay: second.pay } }, 500);
      await scene.world.advance(1_499);
      expect(second.tried).toEqual([]);
      await scene.world.advance(1);
      expect(second.tried.map(({ attempt }) => attempt)).toEqual([3]);
      expect(second.tried[0]?.idempotencyKey).toBe(first.tried[0]?.idempotencyKey);

      await scene.world.advance(2_000);
      expect(second.tried.map(({ attempt }) => attempt)).toEqual([3, 4]);
      expect(scene.value()).toBe('refused');
    });

    test('an attempt that was under way at a kill is reconciled, and counts once', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();

      const second = failingBefore(2, scene);
      await scene.restart({ executors: { pay: { ...second.pay, reconcile: async () => ({ kind: 'redo' }) } } });
      await scene.world.advance(1_000);

      expect(second.tried.map(({ attempt }) => attempt)).toEqual([1, 2]);
      expect(scene.value()).toBe('paid');
    });

    test('a pause ends with the state', async () => {
      const scene = await stage();
      const { pay, tried } = failingBefore(9, scene);
      await scene.open({ executors: { pay } });
      await scene.ordered();

      await scene.runtime.send('o-1', { type: 'shipped' });
      await scene.world.advance(9_000);

      expect(tried).toHaveLength(1);
      expect(scene.value()).toBe('ended');
    });
  });
}
