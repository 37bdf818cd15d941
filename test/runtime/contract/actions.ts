/** Contract: named actions, carried out at least once. */
import { describe, expect, test } from 'vitest';
import type { Stage } from '../support/stage.ts';

export function describeActions(stage: () => Promise<Stage>): void {
  describe('actions', () => {
    test('an action is carried out after its step, with its parameters and a name of its own', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered('o-1');
      await scene.ordered('o-2');

      scene.pay.answer(0, 'r-1');
      scene.pay.answer(1, 'r-2');
      await scene.world.idle();

      expect(scene.notified.map(({ key, text }) => [key, text])).toEqual([
        ['o-1', 'bicycle is paid'],
        ['o-2', 'bicycle is paid'],
      ]);
      expect(new Set(scene.notified.map(({ id }) => id)).size).toBe(2);
    });

    test('one that is done is not done again after a kill', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();

      await scene.restart();
      await scene.world.advance(3_600_000);

      expect(scene.notified).toHaveLength(1);
    });

    test('one that is not known to be done is carried out again after a kill, under the same name', async () => {
      const scene = await stage();
      const begun: string[] = [];
      const notify = ({ id }: { readonly id: string }) => {
        begun.push(id);
        return new Promise<void>(() => {});
      };
      await scene.open({ actions: { notify } });
      await scene.ordered();
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();

      await scene.restart();

      expect(begun).toHaveLength(1);
      expect(scene.notified.map(({ id }) => id)).toEqual(begun);
    });

    test('one that fails is tried again with growing pauses, and is done once it succeeds', async () => {
      const scene = await stage();
      const triedAt: number[] = [];
      const notify = async () => {
        triedAt.push(scene.world.now());
        if (triedAt.length < 3) throw new Error('the mail server is away');
      };
      await scene.open({ actions: { notify }, limits: { actionRetryMs: 1_000, actionRetryMsMax: 60_000 } });
      await scene.ordered();
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();

      await scene.world.advance(3_600_000);

      const [first = 0, ...later] = triedAt;
      expect(later.map((at) => at - first)).toEqual([1_000, 3_000]);
    });

    test('the end of an instance does not take its actions with it', async () => {
      const scene = await stage();
      const begun: string[] = [];
      const notify = ({ id }: { readonly id: string }) => {
        begun.push(id);
        return new Promise<void>(() => {});
      };
      await scene.open({ actions: { notify } });
      await scene.ordered();
      scene.pay.answer(0, 'r-1');
      await scene.world.idle();
      await scene.runtime.send('o-1', { type: 'shipped' });

      await scene.restart();

      expect(scene.value()).toBe('ended');
      expect(scene.notified.map(({ id }) => id)).toEqual(begun);
    });
  });
}
