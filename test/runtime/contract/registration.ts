/** Contract: what cannot be kept is refused before anything runs. */
import { describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import type { Stage } from '../support/stage.ts';

const inline = setup({}).createMachine({ id: 'inline@1', entry: () => {} });

const nameless = setup({ actors: { pay: fromPromise(() => Promise.resolve()) } }).createMachine({
  id: 'nameless@1',
  invoke: { src: 'pay' },
});

const unversioned = setup({}).createMachine({ id: 'unversioned' });

export function describeRegistration(stage: () => Promise<Stage>): void {
  describe('registration', () => {
    test.each([inline, nameless, unversioned])('refuses a machine that would lose something: $id', async (machine) => {
      const scene = await stage();

      const opened = scene.world.open({ machines: [machine], executors: {} as never });

      await expect(opened).rejects.toMatchObject({
        code: 'SW_MACHINE_NOT_DURABLE',
        message: expect.stringContaining(machine.id),
      });
    });

    test.each(['executors', 'actions'] as const)('refuses a machine whose %s are missing', async (part) => {
      const scene = await stage();

      const opened = scene.open({ [part]: {} } as never);

      await expect(opened).rejects.toMatchObject({
        code: 'SW_EXECUTOR_MISSING',
        message: expect.stringContaining(part === 'executors' ? 'pay' : 'notify'),
      });
    });
  });
}
