import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FaultBox } from '../../src/simulator/faults.ts';

const request = { method: 'GET', path: '/a?b=1' };
const hits = (box: FaultBox, count: number) =>
  Array.from({ length: count }, () => (box.take('hang', request) === null ? '.' : 'x')).join('');

describe('which requests a fault hits', () => {
  test.each([
    [{}, 'xxxxxx'],
    [{ times: 2 }, 'xx....'],
    [{ everyNth: 3 }, '..x..x'],
    [{ afterRequests: 4 }, '....xx'],
    [{ afterRequests: 1, everyNth: 2, times: 2 }, '..x.x.'],
    [{ match: { method: 'post' } }, '......'],
    [{ match: { method: 'get', path: 'A?B' } }, 'xxxxxx'],
  ])('%j', (rule, expected) => {
    const box = new FaultBox();
    box.add({ kind: 'hang', ...rule });

    expect(hits(box, 6)).toBe(expected);
  });

  test('a request that a narrower rule declines is not counted', () => {
    const box = new FaultBox({ domain: { lose: { what: z.string() } } });
    box.add({ kind: 'lose', what: 'doors', times: 1 });

    const declined = box.take('lose', request, (fault) => fault.what === 'people');
    const taken = box.take('lose', request, (fault) => fault.what === 'doors');

    expect([declined, taken?.what]).toEqual([null, 'doors']);
    expect(box.active('lose')).toEqual([]);
  });
});

describe('fault box', () => {
  test.each([
    [{ kind: 'slow' }],
    [{ kind: 'status', status: 200 }],
    [{ kind: 'cut', after: 3 }],
    [{ kind: 'refuse', times: 1 }],
    [{ kind: 'unheard-of' }],
    [null],
  ])('refuses %j', (input) => {
    expect(() => new FaultBox().add(input)).toThrow(expect.objectContaining({ code: 'SW_USAGE' }));
  });

  test('replaces a fault of the same id and makes ids up', () => {
    const box = new FaultBox();
    box.add({ kind: 'hang', id: 'one' });
    box.add({ kind: 'cut', id: 'one' });
    const { id } = box.add({ kind: 'hang' });

    expect(box.list().map((fault) => [fault.id, fault.kind])).toEqual([
      ['one', 'cut'],
      [id, 'hang'],
    ]);
    expect([box.remove('one'), box.remove('one'), box.clear()]).toEqual([true, false, 1]);
  });

  test('is bounded, and gives the place of a spent fault away first', () => {
    const box = new FaultBox({ faultsMax: 2 });
    box.add({ kind: 'hang', id: 'spent', times: 1 });
    box.add({ kind: 'cut', id: 'live' });
    box.take('hang', request);

    box.add({ kind: 'cut', id: 'new' });

    expect(box.list().map(({ id }) => id)).toEqual(['live', 'new']);
    expect(() => box.add({ kind: 'cut' })).toThrow(/fewer than 2/);
  });
});
