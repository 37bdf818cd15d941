import { describe, expect, test } from 'vitest';
import { compare } from '../../src/sync/compare.ts';
import { refName } from '../../src/sync/index/entity-index.ts';
import { entityHash } from '../../src/sync/map.ts';
import { entryOf } from './entity-index.contract.ts';

const card = { type: 'card', key: 'c', fields: { on: true }, refs: { owner: [{ type: 'person', key: 'p' }] } };
const ids = new Map([[refName({ type: 'person', key: 'p' }), 'id-p']]);
const hash = entityHash({ ...card, refs: { owner: ['id-p'] } });

describe('compare', () => {
  test('creates what the index does not know', () => {
    expect(compare(card, undefined, ids)).toMatchObject({ action: 'create', hash });
  });

  test('leaves what has equal content', () => {
    expect(compare(card, entryOf('card', 'c', { hash }), ids).action).toBe('unchanged');
  });

  test('updates what has other content', () => {
    expect(compare(card, entryOf('card', 'c', { hash: 'old' }), ids).action).toBe('update');
  });

  test('waits for a relation that has no target id, even if the entity is there', () => {
    const comparison = compare(card, entryOf('card', 'c', { hash }), new Map());
    expect(comparison).toEqual({ action: 'blocked', by: { type: 'person', key: 'p' } });
  });
});
