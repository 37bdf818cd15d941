import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { sipassToSecurityCenter } from '../../../src/sync/mappings/sipass-to-security-center.ts';

const kinds = sipassToSecurityCenter.steps.map((step) => step.kind);

function map(kind: string, key: string, value: JsonObject) {
  const step = sipassToSecurityCenter.steps.find((one) => one.kind === kind);
  return step?.map({ kind, key, value }) ?? [];
}

const person: JsonObject = {
  firstName: ' Ada ',
  lastName: 'Weiß, Dr. (ext)',
  employeeNumber: 'E-17',
  email: 'ada@site.example',
  mobileNumber: '+49 170 1',
  startDate: '2026-01-01T08:00:00+08:00',
  endDate: '2100-12-31T00:00:00',
  void: false,
  visitor: true,
  primaryWorkgroupId: '2000000001',
  nonPartitionWorkgroups: [{ workgroupId: '2000000000' }, { workgroupId: '2000000001' }],
  credentials: [
    { cardNumber: '0004711', facilityCode: 12, profileName: 'Base 26 bit', active: true },
    { cardNumber: '4712', facilityCode: 12 },
  ],
};

describe('the mapping from SiPass to Security Center', () => {
  test('comes in an order in which what is referred to is there first', () => {
    const types = sipassToSecurityCenter.steps.flatMap((step) => step.types);
    expect(types).toEqual(['cardholder-group', 'door', 'elevator', 'cardholder', 'credential']);
  });

  test('maps a person with his groups, and his first credential only', () => {
    const [cardholder, credential, ...rest] = map('cardholder', '17', person);
    expect(rest).toEqual([]);
    expect(cardholder).toEqual({
      type: 'cardholder',
      key: '17',
      fields: {
        name: 'Ada Weiß, Dr. (ext)',
        firstName: 'Ada',
        lastName: 'Weiß, Dr. (ext)',
        email: 'ada@site.example',
        mobilePhone: '+49 170 1',
        state: 'active',
        activatesAt: '2026-01-01T00:00:00Z',
        expiresAt: null,
      },
      refs: {
        groups: [
          { type: 'cardholder-group', key: '2000000000', optional: true },
          { type: 'cardholder-group', key: '2000000001', optional: true },
        ],
      },
    });
    expect(credential).toMatchObject({
      type: 'credential',
      key: '17',
      fields: { name: 'Base 26 bit 12-4711', cardNumber: '4711', facilityCode: 12, state: 'active' },
      refs: { cardholder: [{ type: 'cardholder', key: '17' }] },
    });
  });

  test('relates a person to all his workgroups, each left out where it is no cardholder group', () => {
    const [cardholder] = map('cardholder', '17', person);

    expect(cardholder?.refs['groups']).toEqual([
      { type: 'cardholder-group', key: '2000000000', optional: true },
      { type: 'cardholder-group', key: '2000000001', optional: true },
    ]);
    expect(
      map('cardholder', '17', { ...person, primaryWorkgroupId: null, nonPartitionWorkgroups: [] })[0]?.refs,
    ).toEqual({
      groups: [],
    });
  });

  test('maps a void person to an inactive one without dates, whose state the dates would hide', () => {
    expect(map('cardholder', '17', { ...person, void: true })[0]?.fields).toMatchObject({
      state: 'inactive',
      activatesAt: null,
      expiresAt: null,
    });
  });

  test('yields the same entity whatever the clock has made of the status in the source', () => {
    const [valid, expired] = [61, 63].map((status) => map('cardholder', '17', { ...person, status }));
    expect(valid).toEqual(expired);
  });

  test('yields visitor workgroups only, void ones too', () => {
    const types = [0, 1, 2, 3].map((type) => map('workgroup', '2000000000', { name: 'W', type, void: true }).length);
    expect(types).toEqual([0, 0, 0, 1]);
  });

  test('gives a door and an elevator the name of the source, or one made of the key', () => {
    expect(map('access-point', '5', { name: 'Gate #5' })[0]).toMatchObject({
      type: 'door',
      fields: { name: 'Gate \uff035' },
    });
    expect(map('floor-point-group', '6', {})[0]).toMatchObject({ type: 'elevator', fields: { name: 'Elevator 6' } });
  });

  test('never throws, whatever the members of a record are', () => {
    const members = Object.keys(person).concat('name', 'type', 'extra');
    const odd = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonObject[string]>; // fast-check's JSON is our Json
    const values = fc.dictionary(fc.constantFrom(...members), odd);
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string(), values, (kind, key, value) => {
        for (const entity of map(kind, key, value)) {
          expect(Object.values(entity.fields).every((field) => String(field).length <= 100)).toBe(true);
        }
      }),
    );
  });
});
