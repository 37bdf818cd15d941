/** How long a server asks to be left alone, in both forms of the header. */
import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/connectors/http/retry-after.ts';

const now = Date.parse('2026-11-24T12:00:00Z');

test.each([
  ['0', 0],
  ['7', 7_000],
  [' 120 ', 120_000],
  ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 11:59:00 GMT', 0],
])('%j is %i ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});

test.each([undefined, '', '-1', '1.5', 'soon', '2026-11-24', '99999999999', 'Tue, 99 Nov 2026 12:00:30 GMT'])(
  '%j says nothing',
  (header) => {
    expect(retryAfterMs(header, now)).toBeNull();
  },
);
