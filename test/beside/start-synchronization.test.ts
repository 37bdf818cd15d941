/** What is started, and what is not: the provider is asked only where nothing else has begun it. */
import { expect, test } from 'vitest';
import type { RunningState } from '../../src/beside/role-colour.ts';
import { startSynchronization } from '../../src/beside/start-synchronization.ts';
import type { RemedyUse } from '../../src/remedies/remedy.ts';

const use: RemedyUse = {
  integration: 'hq',
  rung: 'synchronize',
  idempotencyKey: 'hq#7',
  fencingToken: 1,
  startedAt: 1_000,
  signal: new AbortController().signal,
};

function site(runningState: RunningState, wasDone: () => Promise<boolean | null> = async () => false) {
  const keys: string[] = [];
  const provider = {
    act: async ({ idempotencyKey }: RemedyUse) => {
      keys.push(idempotencyKey);
      return 'Started.';
    },
    wasDone,
  };
  const readRole = async () => ({ id: 'r', name: 'SiPass', runningState, isOnline: true, server: null });
  return { keys, parts: { provider, readRole } };
}

const asked = { runId: 'run-3', mode: 'full', requestedBy: 'ladder' } as const;

test('a full run of the ladder starts one, under a key of run and execution', async () => {
  const { keys, parts } = site('Running');
  expect(await startSynchronization(parts, asked, use)).toBe('full');
  expect(keys).toEqual(['run-3/hq#7']);
});

test.each([
  ['a scheduled run', 'Running', { ...asked, requestedBy: 'schedule' }, 'delta'],
  ['a delta run', 'Running', { ...asked, mode: 'delta' }, 'delta'],
  ['a run while the role is yellow', 'Warning', asked, 'full'],
  ['a run while the role is red', 'NotRunning', asked, 'delta'],
] as const)('%s starts none', async (_, state, wanted, expected) => {
  const { keys, parts } = site(state);
  expect(await startSynchronization(parts, wanted, use)).toBe(expected);
  expect(keys).toEqual([]);
});

test('after a crash one that was started since is not started again', async () => {
  const { keys, parts } = site('Running', async () => true);
  expect(await startSynchronization(parts, asked, use)).toBe('full');
  expect(keys).toEqual([]);
});

test('a provider that cannot tell, or fails to, is asked under the same key', async () => {
  const unknown = site('Running', async () => null);
  const failing = site('Running', () => Promise.reject(new Error('no route')));
  await startSynchronization(unknown.parts, asked, use);
  await startSynchronization(failing.parts, asked, use);
  expect([unknown.keys, failing.keys]).toEqual([['run-3/hq#7'], ['run-3/hq#7']]);
});

test('without a provider nothing is started, and nothing is pretended', async () => {
  const { parts } = site('Running');
  expect(await startSynchronization({ ...parts, provider: null }, asked, use)).toBe('delta');
});
