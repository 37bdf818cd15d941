/** When a watched file has come to rest: half an export is never told of. */
import { describe, expect, test } from 'vitest';
import type { FileIdentity } from '../../../src/connectors/file/file-identity.ts';
import { look, type Watched } from '../../../src/connectors/file/settling.ts';

const file = (size: number): FileIdentity => ({ size, modifiedNs: String(size), inode: '1' });
const atRest: Watched = { told: file(1), seen: file(1), sinceMs: 0 };

describe('a look at a watched file', () => {
  test('that is as it was has nothing to tell and nothing to wait for', () => {
    expect(look(atRest, file(1), 900, 100)).toEqual({ watched: atRest, changed: false, againMs: null });
  });

  test('that has changed waits, and tells when it has rested', () => {
    const first = look(atRest, file(2), 1_000, 100);
    const early = look(first.watched, file(2), 1_060, 100);
    const rested = look(early.watched, file(2), 1_100, 100);

    expect(first).toMatchObject({ changed: false, againMs: 100 });
    expect(early).toMatchObject({ changed: false, againMs: 40 });
    expect(rested).toMatchObject({ changed: true, againMs: null });
    expect(look(rested.watched, file(2), 1_200, 100).changed).toBe(false);
  });

  test('that goes on changing waits anew each time', () => {
    const first = look(atRest, file(2), 1_000, 100);
    const second = look(first.watched, file(3), 1_099, 100);

    expect(second).toMatchObject({ changed: false, againMs: 100 });
  });

  test('that was only away for a moment has nothing to tell', () => {
    const away = look(atRest, null, 1_000, 100);

    expect(look(away.watched, file(1), 1_050, 100)).toMatchObject({ changed: false, againMs: null });
  });

  test('that stays away tells so', () => {
    const away = look(atRest, null, 1_000, 100);

    expect(look(away.watched, null, 1_100, 100).changed).toBe(true);
  });
});
