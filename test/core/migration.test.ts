import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, fromPromise, setup } from 'xstate';
import { type MigratedState, migrate, unchangedState } from '../../src/core/migration.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';

const base = setup({
  types: { context: {} as { paid?: number; cents?: number } },
  actors: {
    pay: fromPromise<string, { cents: number }>(() => Promise.resolve('')),
    pack: fromPromise<string, null>(() => Promise.resolve('')),
  },
  delays: { patience: 10_000, reminder: ({ context }) => (context.cents ?? 0) * 2 },
});

const first = base.createMachine({
  id: 'order@1',
  context: { paid: 5 },
  initial: 'open',
  states: {
    open: { on: { ordered: 'paying' } },
    paying: {
      invoke: { id: 'payment', src: 'pay', input: { cents: 500 }, onDone: 'done', onError: 'open' },
      after: { patience: 'open' },
    },
    done: { type: 'final' },
  },
});

/** The second version packs while it pays, reminds, and counts in cents. */
const second = base.createMachine({
  id: 'order@2',
  context: { cents: 0 },
  initial: 'open',
  states: {
    open: { on: { ordered: 'busy' } },
    busy: {
      type: 'parallel',
      states: {
        paying: {
          invoke: {
            id: 'payment',
            src: 'pay',
            input: ({ context }) => ({ cents: context.cents ?? 0 }),
            onDone: '#order@2.done',
            onError: '#order@2.open',
          },
          after: { patience: '#order@2.open', reminder: {} },
        },
        packing: { invoke: { id: 'box', src: 'pack', input: null, onDone: {}, onError: {} } },
      },
    },
    done: { type: 'final' },
  },
});

const toSecond = ({ value, context }: MigratedState): MigratedState => ({
  value: value === 'paying' ? { busy: { paying: {}, packing: {} } } : value,
  context: { cents: 100 * ((context as { paid?: number }).paid ?? 0) },
});

const opened = begin(first, { key: 'o', input: {}, at: 1_000, incarnation: 7 }).instance;
const paying = (step(first, opened, { kind: 'event', event: { type: 'ordered', at: 2_000 } }) as Stepped).instance;

describe('a migration', () => {
  test('keeps the deadline of a delay that is still there, and what is running', () => {
    const { record } = migrate(second, paying.record, { migrate: toSecond, at: 5_000 }).instance;

    expect(record.machine).toBe('order@2');
    expect(record.snapshot).toMatchObject({ value: { busy: { paying: {}, packing: {} } }, context: { cents: 500 } });
    // A delay is named after its state: the state moved, so that its delay is another one, and begins.
    expect(record.executions['payment']).toEqual(paying.record.executions['payment']);
    expect(record.incarnation).toBe(7);
  });

  test('starts the invokes and delays that the new version has in the states it is in', () => {
    const { effects, instance } = migrate(second, paying.record, { migrate: toSecond, at: 5_000 });

    expect(effects.filter(({ kind }) => kind === 'execute')).toMatchObject([
      { child: 'box', execution: { src: 'pack' } },
    ]);
    expect(Object.entries(instance.record.timers)).toMatchObject([
      ['xstate.after.patience.order@2.busy.paying', { setAt: 5_000, dueAt: 15_000 }],
      ['xstate.after.reminder.order@2.busy.paying', { dueAt: 6_000 }],
    ]);
  });

  test('ends what the new version no longer has', () => {
    const quiet = base.createMachine({ id: 'order@3', context: {}, initial: 'paying', states: { paying: {} } });
    const { effects, instance } = migrate(quiet, paying.record, { migrate: unchangedState, at: 5_000 });

    expect(effects.map(({ kind }) => kind)).toEqual(['abort', 'cancel-timer']);
    expect([instance.record.executions, instance.record.timers]).toEqual([{}, {}]);
  });

  test('of a machine whose states keep their names keeps their delays to the millisecond', () => {
    const renamed = base.createMachine({ ...first.config, id: 'order@4' } as never) as unknown as AnyStateMachine;
    const { effects, instance } = migrate(renamed, paying.record, { migrate: unchangedState, at: 5_000 });

    expect(effects).toEqual([]);
    expect(instance.record.timers).toEqual({
      'xstate.after.patience.order@4.paying': paying.record.timers['xstate.after.patience.order@1.paying'],
    });
  });

  test('goes on with the migrated instance: its results and timers are heard', () => {
    const { instance } = migrate(second, paying.record, { migrate: toSecond, at: 5_000 });
    const token = instance.record.timers['xstate.after.patience.order@2.busy.paying']?.token ?? '';
    const stepped = step(second, instance, { kind: 'timer', token, at: 15_000 }) as Stepped;

    expect(stepped.instance.record.snapshot.value).toBe('open');
  });

  test('says what it did', () => {
    const { decisions, event } = migrate(second, paying.record, { migrate: toSecond, at: 5_000 });

    expect(event).toMatchObject({ type: 'instance.migrated', from: 'order@1', to: 'order@2', at: 5_000 });
    expect(decisions).toEqual([{ what: 'migrated to order@2', because: 'its record was written by order@1' }]);
  });

  test('to a state that does not exist is an error, not a broken instance', () => {
    expect(() => migrate(second, paying.record, { migrate: unchangedState, at: 5_000 })).toThrow(/paying/);
  });

  test('to a context that is not JSON is an error', () => {
    const dated = ({ value }: MigratedState) => ({ value: 'open', context: { value, at: new Date(0) } as never });

    expect(() => migrate(second, paying.record, { migrate: dated, at: 5_000 })).toThrow(/context.at: expected JSON/);
  });
});
