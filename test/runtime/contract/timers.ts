/** Contract: delays last as long as they say, whatever happens to the process and to its clock. */
import { describe, expect, test } from 'vitest';
import type { Runtime } from '../../../src/runtime/index.ts';
import { order, policies, timekeeper } from '../support/order.ts';
import type { Stage } from '../support/stage.ts';
import type { World } from '../support/world.ts';

const openTimekeeper = (world: World): Promise<Runtime<typeof timekeeper>> =>
  world.open({ machines: [{ machine: timekeeper, timers: policies }], executors: {} });

/** Which of the three delays have fired. */
function fired(runtime: Runtime<typeof timekeeper>): readonly string[] {
  const value = runtime.snapshot('t-1')?.value ?? {};
  return Object.entries(value).flatMap(([region, state]) => (state === 'fired' ? [region] : []));
}

export function describeTimers(stage: () => Promise<Stage>): void {
  describe('timers', () => {
    test('a delay is pending under its name, and fires at its time', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();
      const setAt = scene.world.now();

      expect(runtime.timers('o-1')).toEqual([
        {
          key: 'o-1',
          id: 'xstate.after.patience.order@1.paying',
          delay: 'patience',
          setAt: expect.closeTo(setAt, -4),
          dueAt: expect.closeTo(setAt + 10_000, -4),
        },
      ]);
      await scene.world.advance(9_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);
      expect([scene.value(), runtime.timers()]).toEqual(['late', []]);
    });

    test('pending timers of all instances come soonest first', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      for (const key of ['o-3', 'o-1', 'o-2']) {
        await scene.ordered(key);
        await scene.world.advance(1_000);
      }

      expect(runtime.timers().map(({ key }) => key)).toEqual(['o-3', 'o-1', 'o-2']);
    });

    test('by default the original deadline stands over a kill', async () => {
      const scene = await stage();
      await scene.open();
      await scene.ordered();
      await scene.world.advance(4_000);

      await scene.restart({}, 3_000);
      await scene.world.advance(2_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);

      expect(scene.value()).toBe('late');
    });

    test('each delay follows its own policy over a kill', async () => {
      const { world } = await stage();
      const first = await openTimekeeper(world);
      await first.start(timekeeper, 't-1');
      await world.advance(4_000);
      await first.send('t-1', { type: 'touched' });

      await world.kill();
      await world.advance(3_000);
      const second = await openTimekeeper(world);

      const seen: (readonly string[])[] = [];
      for (const ms of [2_999, 1, 2_999, 1, 3_999, 1]) {
        await world.advance(ms);
        seen.push(fired(second));
      }
      expect(seen).toEqual([
        [], // 2,999 after opening
        ['byDeadline'], // 10,000 after it was set
        ['byDeadline'],
        ['byDeadline', 'byRemaining'], // 6,000 were left
        ['byDeadline', 'byRemaining'],
        ['byDeadline', 'byRemaining', 'byRestart'], // 10,000 after opening
      ]);
    });

    test('policies hold over kill after kill', async () => {
      const { world } = await stage();
      const first = await openTimekeeper(world);
      await first.start(timekeeper, 't-1');
      for (let n = 0; n < 3; n++) {
        await world.kill();
        await world.advance(1_000);
        const next = await openTimekeeper(world);
        await world.advance(2_000);
        await next.send('t-1', { type: 'touched' });
      }

      await world.kill();
      const last = await openTimekeeper(world);

      // 9,000 since it was set; of these 6,000 in processes that lived; and a new start.
      const left = last.timers('t-1').map(({ delay, dueAt }) => [delay, dueAt - world.now()]);
      expect(left).toEqual([
        ['deadline', 1_000],
        ['remaining', 4_000],
        ['restart', 10_000],
      ]);
    });

    test('what fell due while nobody was there fires at once, each once and in due order', async () => {
      const scene = await stage();
      await scene.open();
      for (let n = 0; n < 20; n++) {
        await scene.ordered(`o-${(n * 7) % 20}`);
        await scene.world.advance(10);
      }

      const order = Array.from({ length: 20 }, (_, n) => `o-${(n * 7) % 20}`);
      await scene.restart({}, 3_600_000);
      await scene.world.advance(1_000);

      const steps = await scene.runtime.history({ limit: 1_000 });
      const rang = steps.filter(({ note }) => note.event.type.startsWith('xstate.after'));
      expect(rang.map(({ key }) => key)).toEqual(order);
      expect(scene.runtime.timers()).toEqual([]);
      expect(scene.runtime.stale().counts.timer).toBe(0);
    });

    test('a clock that is set back does not make a delay longer', async () => {
      const scene = await stage();
      const { jump } = scene.world;
      if (!jump) return;
      await scene.open();
      await scene.ordered();
      await scene.world.advance(4_000);

      jump(-3_600_000);
      await scene.world.advance(5_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);

      expect(scene.value()).toBe('late');
    });

    test('a clock that is set forward shortens no delay whose time away would not count', async () => {
      const { world } = await stage();
      const { jump } = world;
      if (!jump) return;
      const runtime = await openTimekeeper(world);
      await runtime.start(timekeeper, 't-1');
      await world.advance(4_000);

      jump(3_600_000);
      await runtime.send('t-1', { type: 'touched' });
      await world.advance(5_999);
      expect(fired(runtime).filter((name) => name !== 'byDeadline')).toEqual([]);
      await world.advance(1);

      expect(fired(runtime)).toEqual(['byDeadline', 'byRemaining', 'byRestart']);
    });

    test('nor one that begins by what was seen before the clock was set', async () => {
      const { world } = await stage();
      const { jump } = world;
      if (!jump) return;
      const runtime = await openTimekeeper(world);
      await runtime.start(timekeeper, 't-1');
      await world.advance(10_000);
      const at = world.now();

      jump(3_600_000);
      await runtime.send('t-1', { type: 'wound', at });
      await world.advance(9_999);
      expect(fired(runtime)).toEqual(['byDeadline', 'byRestart']);
      await world.advance(1);

      expect(fired(runtime)).toEqual(['byDeadline', 'byRemaining', 'byRestart']);
    });

    test('a clock that was set back does not make the delays longer that begin after that', async () => {
      const scene = await stage();
      const { jump } = scene.world;
      if (!jump) return;
      const runtime = await scene.open();
      await scene.ordered();
      await scene.world.advance(10_000);

      jump(-3_600_000);
      await runtime.send('o-1', { type: 'ordered' }); // dated no earlier than what the machine was told already
      await scene.world.advance(9_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);

      expect(scene.value()).toBe('late');
    });

    test('a clock that was set back while nobody was there makes no delay longer than it says', async () => {
      const scene = await stage();
      const { jump } = scene.world;
      if (!jump) return;
      await scene.open();
      await scene.ordered();

      jump(-3_600_000);
      await scene.restart({}, 0);
      await scene.world.advance(10_000);

      expect(scene.value()).toBe('late');
    });

    test('a clock that is set forward beyond the deadline is noticed within a minute, and the delay fires once', async () => {
      const scene = await stage();
      const { jump } = scene.world;
      if (!jump) return;
      await scene.open();
      await scene.ordered();

      jump(3_600_000);
      await scene.world.advance(60_000);

      expect(scene.value()).toBe('late');
      expect(scene.runtime.stale().counts.timer).toBe(0);
    });

    test('a delay that is left and entered again starts over', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await scene.ordered();
      await scene.world.advance(10_000);
      await runtime.send('o-1', { type: 'ordered' });

      await scene.world.advance(9_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);

      expect(scene.value()).toBe('late');
    });

    test('a timer of a stopped instance does not fire for a later one of the same key', async () => {
      const scene = await stage();
      const runtime = await scene.open();
      await runtime.start(order, 'o-1', { item: 'bicycle' });
      // Stopped while the step that sets the timer is still on its way to the disk.
      void runtime.send('o-1', { type: 'ordered' }).catch(() => {});
      await runtime.stop('o-1');
      await scene.world.advance(5_000);
      await scene.ordered('o-1');

      await scene.world.advance(9_999);
      expect(scene.value()).toEqual({ paying: 'charging' });
      await scene.world.advance(1);
      expect(scene.value()).toBe('late');
    });
  });
}
