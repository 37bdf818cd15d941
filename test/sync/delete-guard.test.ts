import { expect, test } from 'vitest';
import { deletesAllowed } from '../../src/sync/delete-guard.ts';

const limits = { deleteShareMax: 0.05, deleteCountMax: 50 };

test.each([
  [0, 1],
  [3, 1],
  [19, 1],
  [20, 1],
  [40, 2],
  [999, 49],
  [1000, 50],
  [1_000_000, 50],
])('of %i entities at most %i may be deleted by default', (size, allowed) => {
  expect(deletesAllowed(size, limits)).toBe(allowed);
});

test('a share or a number of 0 forbids every delete', () => {
  expect(deletesAllowed(1000, { ...limits, deleteShareMax: 0 })).toBe(0);
  expect(deletesAllowed(1000, { ...limits, deleteCountMax: 0 })).toBe(0);
});
