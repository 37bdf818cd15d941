/** The table of places: every key is found again, whatever the table has grown to. */
import { expect, test } from 'vitest';
import { KeyTable } from '../../../src/connectors/file/key-table.ts';

test('finds every key again after it has grown many times, and no other', () => {
  const table = new KeyTable();
  for (let at = 0; at < 20_000; at += 1) table.add(`key ${at}`, { offset: at * 1_000_000, line: at });

  const wrong = Array.from({ length: 20_000 }, (_, at) => at).filter(
    (at) => JSON.stringify(table.candidates(`key ${at}`)) !== JSON.stringify([{ offset: at * 1_000_000, line: at }]),
  );

  expect(wrong).toEqual([]);
  expect(table.size).toBe(20_000);
  expect(table.candidates('key 20000')).toEqual([]);
});

test('keeps every place of a key that was added twice', () => {
  const table = new KeyTable();
  table.add('a', { offset: 1, line: 1 });
  table.add('a', { offset: 2, line: 2 });

  expect(table.candidates('a')).toHaveLength(2);
});
