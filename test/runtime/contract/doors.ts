/** Contract: what may come in, and what is seen from outside. */
import { describe, expect, test } from 'vitest';
import { order } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

export function describeDoors(stage: () => Promise<Stage>): void {
  describe('doors', () => {
    test('an instance that was started shows its state', async () => {
      const scene = await stage();
      const runtime = await scene.open();

      await runtime.start(order, 'o-1', { item: 'bicycle' });

      const snapshot = runtime.snapshot('o-1');
      expect(snapshot).toMatchObject({ status: 'active', value: 'open', context: { item: 'bicycle', counts: [] } });
      expect([snapshot?.matches('open'), snapshot?.hasTag('busy')]).toEqual([true, false]);
      expect([runtime.keys(), runtime.lastSeq(), runtime.failure()]).toEqual([['o-1'], 1, null]);
    });

    test('starting a key again does nothing', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();

      await runtime.start(order, 'o-1', { item: 'boat' });
      await Promise.all([runtime.start(order, 'o-2', { item: 'car' }), runtime.start(order, 'o-2', { item: 'cart' })]);

      expect(runtime.snapshot('o-1')).toMatchObject({ value: { paying: 'charging' }, context: { item: 'bicycle' } });
      expect(runtime.snapshot('o-2')?.context.item).toBe('car');
      expect(scene.pay.works).toHaveLength(1);
    });

    test('shows the state of a nested machine by path and by tag', async () => {
      const scene = await stage();
      await scene.open();

      await scene.ordered();

      const snapshot = scene.runtime.snapshot('o-1');
      expect(snapshot?.matches({ paying: 'charging' })).toBe(true);
      expect(snapshot?.hasTag('busy')).toBe(true);
    });

    test('takes the events of one instance one at a time, in the order in which they came', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      const numbers = Array.from({ length: 100 }, (_, n) => n);

      await Promise.all(numbers.map((n) => runtime.send('o-1', { type: 'counted', n })));

      expect(runtime.snapshot('o-1')?.context.counts).toEqual(numbers);
    });

    test('gives an event without a time the present one, and leaves a given one', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      const at = scene.world.now();

      await runtime.send('o-1', { type: 'counted', n: 1 });
      await runtime.send('o-1', { type: 'counted', n: 2, at: at - 5 });

      const steps = await runtime.history({ key: 'o-1', afterSeq: 1, limit: 10 });
      expect(steps.map(({ note }) => note.event)).toEqual([
        { type: 'counted', n: 1, at: expect.closeTo(at, -4) },
        { type: 'counted', n: 2, at: at - 5 },
      ]);
    });

    test.each([
      'xstate.init',
      'xstate.stop',
      'xstate.done.actor.payment',
      'xstate.error.actor.payment',
      'xstate.after.patience.order@1.paying',
    ])('refuses the reserved event %s', async (type) => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();

      // The types do not allow it; a user without types, or with an event from a network, could.
      await expect(runtime.send('o-1', { type } as never)).rejects.toMatchObject({ code: 'SW_EVENT_RESERVED' });

      expect(scene.value()).toEqual({ paying: 'charging' });
    });

    test.each([
      ['SW_EVENT_INVALID', 'o-1', { type: 'stolen' }],
      ['SW_EVENT_INVALID', 'o-1', { type: 'counted', n: 'three' }],
      ['SW_INSTANCE_UNKNOWN', 'o-9', { type: 'ordered' }],
    ] as const)('answers %s to %s for %j', async (code, key, event) => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      await expect(runtime.send(key, event as never)).rejects.toMatchObject({ code });
    });

    test('tells the sender that an instance has ended', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();

      await runtime.send('o-1', { type: 'shipped' });

      expect(runtime.snapshot('o-1')).toMatchObject({ status: 'done', value: 'ended' });
      await expect(runtime.send('o-1', { type: 'ordered' })).rejects.toMatchObject({ code: 'SW_INSTANCE_ENDED' });
      expect(runtime.timers()).toEqual([]);
    });

    test('refuses more waiting events than the mailbox holds', async () => {
      const scene = await stage();
      const runtime = await scene.open({ limits: { mailboxMax: 3 } });
      await runtime.start(order, 'o-1', { item: 'bicycle' });

      const sent = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) => runtime.send('o-1', { type: 'counted', n })),
      );

      const refused = sent.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused).toEqual(Array.from({ length: 7 }, () => expect.objectContaining({ code: 'SW_MAILBOX_FULL' })));
      expect(runtime.snapshot('o-1')?.context.counts).toEqual([0, 1, 2]);
    });

    test('tells every commit to those who listen, in order, and no more once they stop', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      const heard: [number, string][] = [];
      const unsubscribe = runtime.subscribe(({ seq, note }) => heard.push([seq, note.event.type]));

      await runtime.start(order, 'o-1', { item: 'bicycle' });
      await runtime.send('o-1', { type: 'counted', n: 1 });
      unsubscribe();
      await runtime.send('o-1', { type: 'counted', n: 2 });

      expect(heard).toEqual([
        [1, 'xstate.init'],
        [2, 'counted'],
      ]);
    });

    test('a listener that throws harms neither the sender nor the other listeners', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      const heard: number[] = [];
      runtime.subscribe(() => {
        throw new Error('a broken listener');
      });
      runtime.subscribe(({ seq }) => heard.push(seq));

      await runtime.start(order, 'o-1', { item: 'bicycle' });
      await runtime.send('o-1', { type: 'counted', n: 1 });

      expect([heard, runtime.failure()]).toEqual([[1, 2], null]);
    });

    test('answers history by instance, from either end, and within bounds', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      await runtime.start(order, 'o-2', { item: 'boat' });
      for (let n = 0; n < 3; n++) {
        await runtime.send('o-1', { type: 'counted', n });
        await runtime.send('o-2', { type: 'counted', n });
      }
      const seqs = async (query: Parameters<typeof runtime.history>[0]) =>
        (await runtime.history(query)).map(({ seq }) => seq);

      expect(await seqs({ limit: 100 })).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await seqs({ key: 'o-2', limit: 100 })).toEqual([2, 4, 6, 8]);
      expect(await seqs({ key: 'o-2', afterSeq: 2, limit: 2 })).toEqual([4, 6]);
      expect(await seqs({ beforeSeq: 7, newestFirst: true, limit: 3 })).toEqual([6, 5, 4]);
      expect(await seqs({ key: 'o-1', afterSeq: 1, beforeSeq: 7, newestFirst: true, limit: 100 })).toEqual([5, 3]);
      const [step] = await runtime.history({ key: 'o-1', afterSeq: 3, limit: 1 });
      expect(step?.before?.snapshot.context).toMatchObject({ counts: [0] });
      expect(step?.record?.snapshot.context).toMatchObject({ counts: [0, 1] });
      expect(step?.note.transitions).toHaveLength(1);
    });
  });
}
