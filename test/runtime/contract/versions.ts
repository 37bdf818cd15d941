/** Contract: what an older release left is taken over, or set aside; it is never lost and never in the way. */
import { describe, expect, test } from 'vitest';
import type { Migration, Runtime } from '../../../src/runtime/index.ts';
import { order, order2, orderEvents } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';

const fromOrder1: Migration = {
  from: 'order@1',
  migrate: ({ value, context }) => ({
    value: value === 'open' ? 'waiting' : typeof value === 'string' ? value : 'paying',
    context,
  }),
};

type Both = typeof order | typeof order2;

/** Kills the runtime of the old release, and opens the new one. */
async function upgrade(scene: Stage, migrations: readonly Migration[] = [fromOrder1]): Promise<Runtime<Both>> {
  await scene.world.kill();
  const runtime = await scene.world.open<Both>({
    ...scene.usual(),
    machines: [{ machine: order2, events: orderEvents, migrations }],
  });
  await scene.world.idle();
  return runtime;
}

export function describeVersions(stage: () => Promise<Stage>): void {
  describe('versions', () => {
    test('a migration takes an instance to the next release with what it has', async () => {
      const scene = await stage();
      await scene.open();
      await scene.runtime.start(order, 'o-1', { item: 'bicycle' });
      await scene.runtime.send('o-1', { type: 'counted', n: 7 });

      const runtime = await upgrade(scene);

      expect(runtime.snapshot('o-1')).toMatchObject({ value: 'waiting', context: { item: 'bicycle', counts: [7] } });
      expect(runtime.record('o-1')?.machine).toBe('order@2');
      await runtime.send('o-1', { type: 'counted', n: 8 });
      expect(runtime.snapshot('o-1')?.context.counts).toEqual([7, 8]);
    });

    test('a delay and an execution that the next release has in that state are started', async () => {
      const scene = await stage();
      await scene.open();
      await scene.runtime.start(order, 'o-1', { item: 'bicycle' });

      const runtime = await upgrade(scene);

      expect(runtime.timers('o-1').map(({ delay }) => delay)).toEqual(['patience']);
      await scene.world.advance(10_000);
      expect(runtime.snapshot('o-1')?.value).toBe('late');
    });

    test('a delay keeps its deadline, and an execution its name, where the state goes on', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      const { idempotencyKey } = scene.pay.work(0);
      const [before] = scene.runtime.timers();
      await scene.world.advance(4_000);

      const runtime = await upgrade(scene);

      expect(scene.pay.work(-1).idempotencyKey).toBe(idempotencyKey);
      expect(runtime.timers()[0]?.dueAt).toBe(before?.dueAt);
      scene.pay.answer(-1, 'r-1');
      await scene.world.idle();
      expect(runtime.snapshot('o-1')).toMatchObject({ value: 'paid', context: { receipt: 'r-1' } });
    });

    test('a migration happens once, and lasts', async () => {
      const scene = await stage();
      await scene.open();
      await scene.runtime.start(order, 'o-1', { item: 'bicycle' });
      let calls = 0;
      const counting: Migration = {
        from: 'order@1',
        migrate: (state) => {
          calls += 1;
          return fromOrder1.migrate(state);
        },
      };

      await upgrade(scene, [counting]);
      const runtime = await upgrade(scene, [counting]);

      expect(calls).toBe(1);
      expect(runtime.snapshot('o-1')?.value).toBe('waiting');
    });

    test('an instance of an unknown machine is set aside, named, and stops nobody', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered('o-1');
      const dueAt = scene.runtime.timers()[0]?.dueAt;

      const runtime = await upgrade(scene, []);
      await runtime.start(order2, 'o-2', { item: 'boat' });

      expect(runtime.setAside()).toMatchObject([
        { key: 'o-1', machine: 'order@1', why: expect.stringContaining('order@2') },
      ]);
      expect(runtime.keys()).toEqual(['o-2']);
      for (const call of [
        () => runtime.send('o-1', { type: 'ordered' }),
        () => runtime.start(order2, 'o-1', { item: 'car' }),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'SW_INSTANCE_SET_ASIDE' });
      await scene.restart();
      expect(scene.value('o-1')).toEqual({ paying: 'charging' });
      expect(scene.runtime.timers('o-1')[0]?.dueAt).toBe(dueAt);
    });

    test('an instance whose migration fails is set aside as it was', async () => {
      const scene = await stage();
      await scene.open();
      await scene.runtime.start(order, 'o-1', { item: 'bicycle' });
      const nowhere: Migration = { from: 'order@1', migrate: ({ context }) => ({ value: 'nowhere', context }) };

      const runtime = await upgrade(scene, [nowhere]);

      expect(runtime.setAside().map(({ key }) => key)).toEqual(['o-1']);
      const mended = await upgrade(scene);
      expect(mended.snapshot('o-1')?.value).toBe('waiting');
    });

    test('an instance that was set aside can be stopped', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered('o-1');
      const runtime = await upgrade(scene, []);

      await runtime.stop('o-1');

      expect(runtime.setAside()).toEqual([]);
      expect((await upgrade(scene, [])).setAside()).toEqual([]);
    });
  });
}
