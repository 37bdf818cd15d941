import { expect, test } from 'vitest';
import { sparingRole } from '../../src/beside/spare-role.ts';

const use = {
  integration: 'hq',
  rung: 'restart-plugin',
  idempotencyKey: 'k',
  fencingToken: 1,
  startedAt: 0,
  signal: new AbortController().signal,
};

test.each([
  [{ running: true, answering: true }, ['role']],
  [{ running: true, answering: false }, ['watcher']],
  [{ running: false, answering: false }, ['watcher']],
])('with a watcher that is %j, %j is restarted', async (status, expected) => {
  const restarted: string[] = [];
  const act = async () => {
    restarted.push('role');
    return 'Done.';
  };
  const restartPlugin = async () => {
    restarted.push('watcher');
    return 'Done.';
  };
  const remedy = sparingRole({ act, wasDone: async () => null }, { status: () => status, restartPlugin });

  await remedy.act(use);
  expect(restarted).toEqual(expected);
  expect(await remedy.wasDone(use)).toBeNull();
});
