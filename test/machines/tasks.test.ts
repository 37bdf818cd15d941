/** Tasks: one at a time, a queue with a bound, holds stop what writes, and the last ends are remembered. */
import { describe, expect, test } from 'vitest';
import { integrationMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import type { Task } from '../../machines/task.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';

const start = () => new Driver(integrationMachine, { id: 'pair', policy: policySchema.parse({}) as unknown as Json });
const ask = (driver: Driver, id: string, task: Task = { kind: 'verify' }) =>
  driver.later(1).send('task.requested', { id, task, requestedBy: 'anna' });
const done = (driver: Driver) => driver.answer('task', { result: { count: 1 }, proof: null });
const tasks = ({ context }: Driver) => ({
  waiting: context.tasks.waiting.map(({ id }) => id),
  current: context.tasks.current?.id ?? null,
  ended: context.tasks.ended.map(({ id, outcome }) => `${id} ${outcome}`),
});

describe('tasks', () => {
  test('are carried out one at a time, in order, and remembered with who asked and when', () => {
    const driver = ask(ask(start(), 'a'), 'b', { kind: 'rebuild-index' });
    expect(tasks(driver)).toEqual({ waiting: ['b'], current: 'a', ended: [] });

    done(done(driver));

    expect(tasks(driver)).toEqual({ waiting: [], current: null, ended: ['a done', 'b done'] });
    expect(driver.context.tasks.ended[0]).toMatchObject({
      requestedBy: 'anna',
      requestedAt: 1_001,
      startedAt: 1_001,
      result: { count: 1 },
    });
  });

  test('that fail keep the code and the sentence, and the next one begins', () => {
    const driver = ask(ask(start(), 'a'), 'b').refuse('task', { code: 'SW_UNREACHABLE', message: 'Cut.' });

    expect(tasks(driver)).toEqual({ waiting: [], current: 'b', ended: ['a failed'] });
    expect(driver.context.tasks.ended[0]?.error).toEqual({ code: 'SW_UNREACHABLE', message: 'Cut.' });
  });

  test('asked for twice under one id are one', () => {
    const driver = ask(ask(ask(start(), 'a'), 'a'), 'b');
    ask(ask(done(driver), 'a'), 'b');

    expect(tasks(driver)).toEqual({ waiting: [], current: 'b', ended: ['a done'] });
  });

  test('beyond the bound of the queue are refused, and the refusal is remembered', () => {
    const driver = start();
    for (let index = 0; index <= 21; index++) ask(driver, `t${index}`);

    expect(driver.context.tasks.waiting).toHaveLength(20);
    expect(driver.context.tasks.ended).toMatchObject([
      { id: 't21', outcome: 'refused', error: { code: 'SW_MAILBOX_FULL' } },
    ]);
  });

  test('are remembered up to a bound, and so are the records that they name', () => {
    const driver = start();
    const refs = Array.from({ length: 100 }, (_, index) => ({ type: 'cardholder', key: String(index) }));
    for (let index = 0; index < 25; index++) done(ask(driver, `t${index}`, { kind: 'drop-rejected', refs }));

    const { ended } = driver.context.tasks;
    expect([ended.length, ended[0]?.id]).toEqual([20, 't5']);
    expect(ended[0]?.task).toEqual({ kind: 'drop-rejected', refs: refs.slice(0, 5) });
  });

  test('can be cancelled while they wait and while they are under way', () => {
    const driver = ask(ask(ask(start(), 'a'), 'b'), 'c');
    driver.send('task.cancelled', { id: 'b', requestedBy: 'anna' });
    driver.send('task.cancelled', { id: 'a', requestedBy: 'anna' });
    driver.send('task.cancelled', { id: 'unknown', requestedBy: 'anna' });

    expect(tasks(driver)).toEqual({ waiting: [], current: 'c', ended: ['b cancelled', 'a cancelled'] });
    expect(driver.running).toContain('task');
  });

  test('run beside a synchronization', () => {
    const driver = start().send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });
    ask(driver, 'a');

    expect(driver.running).toEqual(expect.arrayContaining(['synchronize', 'task']));
  });
});

describe('a hold', () => {
  const hold = (driver: Driver) => driver.send('hold.placed', { name: 'works', reason: 'Maintenance.' });

  test('stops a task that writes, which begins again when it is released', () => {
    const driver = hold(ask(start(), 'a', { kind: 'rebuild-index' }));
    expect(tasks(driver)).toEqual({ waiting: ['a'], current: null, ended: [] });
    expect(driver.running).not.toContain('task');

    driver.send('hold.released', { name: 'works' });

    expect(tasks(driver).current).toBe('a');
  });

  test('does not stop what only reads: that overtakes what waits', () => {
    const driver = hold(ask(start(), 'read'));
    ask(ask(done(driver), 'write', { kind: 'entity', of: 'cardholder', key: '7' }), 'dry', {
      kind: 'dry-run',
      mode: 'full',
      types: null,
    });

    expect(tasks(driver)).toEqual({ waiting: ['write'], current: 'dry', ended: ['read done'] });
  });
});
