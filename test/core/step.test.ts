import { describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import type { Json } from '../../src/core/json.ts';
import { fullId } from '../../src/core/record.ts';
import type { Instance } from '../../src/core/snapshot.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';
import type { Stimulus } from '../../src/core/stimulus.ts';

const thermostat = setup({
  types: { events: {} as { type: 'measured'; at: number; degrees: number } | { type: 'broke'; at: number } },
  actors: { heat: fromPromise<string, null>(() => Promise.resolve('')) },
  actions: { alarm: (_, _params: { level: number }) => {} },
  guards: { isCold: ({ event }) => event.type === 'measured' && event.degrees < 18 },
  delays: { patience: 60_000 },
}).createMachine({
  id: 'thermostat@1',
  initial: 'idle',
  states: {
    idle: {
      on: {
        measured: { guard: 'isCold', target: 'heating' },
        broke: {
          guard: () => {
            throw new Error('guard broke');
          },
          target: 'idle',
        },
      },
    },
    heating: {
      invoke: { id: 'burner', src: 'heat', input: null, onDone: 'idle', onError: 'broken' },
      after: { patience: 'broken' },
      on: { measured: { guard: 'isCold', target: 'heating', reenter: true } },
    },
    broken: { entry: [{ type: 'alarm', params: { level: 2 } }] },
  },
});

const at = 1_000;
const cold = (when = at): Stimulus => ({
  kind: 'event',
  event: { type: 'measured', at: when, degrees: 5 } as { type: string; at: number },
});

function mustStep(instance: Instance, stimulus: Stimulus): Stepped {
  const result = step(thermostat, instance, stimulus);
  if (result.kind !== 'stepped') throw new Error(`dropped: ${result.because}`);
  return result;
}

const executionIn = ({ record }: Instance) => fullId(record, record.executions['burner']?.token ?? 'none');
const timerIn = ({ record }: Instance) => Object.values(record.timers)[0]?.token ?? 'none';
const actionIn = ({ record }: Instance) => fullId(record, Object.keys(record.actions)[0] ?? 'none');
const fresh = () => begin(thermostat, { key: 'room', input: {}, at: 0 }).instance;

describe('a step', () => {
  test('puts an execution and an absolute timer into the record, and asks the shell for both', () => {
    const { instance, effects } = mustStep(fresh(), cold());

    expect(instance.record.executions).toMatchObject({ burner: { src: 'heat', startedAt: at, attempt: 1 } });
    expect(Object.values(instance.record.timers)).toMatchObject([{ setAt: at, dueAt: at + 60_000 }]);
    expect(effects.map(({ kind }) => kind).sort()).toEqual(['execute', 'set-timer']);
  });

  test('a clock that is a little behind is waited for, and one that was set back is followed', () => {
    const { instance } = mustStep(fresh(), cold(3_600_000));
    const answered = (when: number) =>
      mustStep(instance, { kind: 'done', execution: executionIn(instance), output: null, at: when }).instance.record.at;

    expect(answered(3_600_000 - 60_000)).toBe(3_600_000);
    expect(answered(3_600_000 - 60_001)).toBe(3_600_000 - 60_001);
    expect(answered(3_600_001)).toBe(3_600_001);
  });

  test('drops a late result after the execution was replaced', () => {
    const first = mustStep(fresh(), cold()).instance;
    const old = executionIn(first);
    const second = mustStep(first, cold(at + 1));

    expect(second.effects.map(({ kind }) => kind).sort()).toEqual(['abort', 'cancel-timer', 'execute', 'set-timer']);
    expect(step(thermostat, second.instance, { kind: 'done', execution: old, output: 'warm', at: at + 2 })).toEqual({
      kind: 'dropped',
      because: 'stale',
    });
  });

  test('drops a timer that was set again under the same id', () => {
    const first = mustStep(fresh(), cold()).instance;
    const old = timerIn(first);
    const second = mustStep(first, cold(at + 1)).instance;

    expect(step(thermostat, second, { kind: 'timer', token: old, at: at + 60_000 }).kind).toBe('dropped');
  });

  test('fires a timer once', () => {
    const heating = mustStep(fresh(), cold()).instance;
    const token = timerIn(heating);
    const broken = mustStep(heating, { kind: 'timer', token, at: at + 60_000 });

    expect(broken.instance.record.snapshot.value).toBe('broken');
    expect(Object.values(broken.instance.record.actions)).toEqual([{ type: 'alarm', params: { level: 2 } }]);
    expect(step(thermostat, broken.instance, { kind: 'timer', token, at: at + 60_000 }).kind).toBe('dropped');
  });

  test('an instance that goes through its journal form goes on exactly as before', () => {
    const heating = mustStep(fresh(), cold()).instance;
    const revived: Instance = { record: JSON.parse(JSON.stringify(heating.record)), snapshot: null };
    const execution = executionIn(heating);
    const done: Stimulus = { kind: 'done', execution, output: 'warm', at: at + 5 };

    expect(mustStep(revived, done).instance.record).toEqual(mustStep(heating, done).instance.record);
    expect(mustStep(revived, cold(at + 5)).effects).toEqual(mustStep(heating, cold(at + 5)).effects);
  });

  test('an exception in a guard ends the instance with its message, and stops all it had running', () => {
    const heating = fresh();
    const { instance, effects } = mustStep(heating, { kind: 'event', event: { type: 'broke', at } });

    expect(instance.record.snapshot.status).toBe('error');
    expect(JSON.stringify(instance.record.snapshot.error)).toContain('guard broke');
    expect(effects).toEqual([]);
    expect(step(thermostat, instance, cold())).toEqual({ kind: 'dropped', because: 'ended' });
  });

  test('an action leaves the record when it is known to be done, once', () => {
    const heating = mustStep(fresh(), cold()).instance;
    const token = timerIn(heating);
    const broken = mustStep(heating, { kind: 'timer', token, at }).instance;
    const action = actionIn(broken);
    const after = mustStep(broken, { kind: 'acted', action, outcome: 'done', at }).instance;

    expect(after.record.actions).toEqual({});
    expect(step(thermostat, after, { kind: 'acted', action, outcome: 'done', at }).kind).toBe('dropped');
  });

  test('the record is plain JSON', () => {
    const record = mustStep(fresh(), cold()).instance.record as unknown as Json;

    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});
