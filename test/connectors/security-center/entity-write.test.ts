import { describe, expect, test } from 'vitest';
import type { StoredEntity, TargetEntity } from '../../../src/connectors/connector.ts';
import type { EntityType } from '../../../src/connectors/security-center/entity-rule.ts';
import { entityTypes } from '../../../src/connectors/security-center/entity-types.ts';
import { createClauses, updateClauses } from '../../../src/connectors/security-center/entity-write.ts';
import { buildQuery } from '../../../src/connectors/security-center/query.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]; // three of three

const typeOf = (type: string): EntityType => {
  const found = entityTypes.find((one) => one.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};

const wanted: TargetEntity = {
  type: 'cardholder',
  key: '17',
  fields: {
    name: 'Ada W',
    firstName: 'Ada',
    lastName: 'W',
    email: null,
    mobilePhone: null,
    state: 'active',
    activatesAt: null,
    expiresAt: '2027-01-01T00:00:00Z',
  },
  refs: { groups: [a, b] },
};

const now: StoredEntity = { ...wanted, id: 'x', refs: { groups: [b, c] } };
const changes = (entity: TargetEntity, stored: StoredEntity) =>
  decodeURIComponent(buildQuery(updateClauses('hq', typeOf(entity.type), entity, stored)));

describe('writing an entity', () => {
  test('creates with marker, content and relations in one request that asks for the new Guid', () => {
    const query = decodeURIComponent(buildQuery(createClauses('hq', typeOf('cardholder'), wanted)));
    expect(query).toMatch(/^entity=NewEntity\(Cardholder\),Description=syncwarden:hq:cardholder:17;,/);
    expect(query).toContain(`Groups@${a},Groups@${b},Guid`);
  });

  test('adds only members that are missing and removes only those that are too many', () => {
    expect(changes(wanted, now)).toBe(`Groups-${c},Groups@${a}`);
  });

  test('writes nothing where nothing differs', () => {
    expect(changes(wanted, { ...wanted, id: 'x' })).toBe('');
  });

  test('puts a lost marker back', () => {
    expect(changes(wanted, { ...wanted, id: 'x', key: '' })).toBe('Description=syncwarden:hq:cardholder:17;');
  });

  test('sets the state last when it must prevail over the dates, and first when the dates must', () => {
    const voided = { ...wanted, fields: { ...wanted.fields, state: 'inactive', expiresAt: null } };
    expect(changes(voided, { ...wanted, id: 'x' })).toMatch(/^ActivationMode=.*,State=Inactive$/);
    expect(changes(wanted, { ...voided, id: 'x' })).toMatch(/^State=Active,ActivationMode=.*2027-01-01T00:00:00Z\)$/);
  });
});
