import { expect, test } from 'vitest';
import { proofOfCounts } from '../../src/beside/count-proof.ts';
import {
  type Counts,
  comparableTypes,
  expectedCounts,
  hasFirstCredential,
  notComparable,
  roleTypes,
  type SipassLists,
} from '../../src/beside/vendor-counts.ts';
import { entityTypes } from '../../src/simulator/genetec-role/source-entity.ts';

const nothing: SipassLists = {
  cardholders: null,
  firstCredentials: null,
  workgroupTypes: null,
  accessPoints: null,
  floorPointGroups: null,
};

test.each<[string, Partial<SipassLists>, Counts]>([
  ['every cardholder', { cardholders: 12 }, { Cardholder: 12 }],
  ['visitor workgroups only', { workgroupTypes: [0, 3, 1, 2, 3] }, { CardholderGroup: 2 }],
  ['no visitor workgroup is none, not unknown', { workgroupTypes: [0, 1] }, { CardholderGroup: 0 }],
  ['one credential for each cardholder that has one', { firstCredentials: 9 }, { Credential: 9 }],
  ['doorsets and banks', { accessPoints: 4, floorPointGroups: 1 }, { Door: 4, Elevator: 1 }],
  ['what was not asked for is not expected', {}, {}],
])('%s', (_, lists, expected) => {
  expect(expectedCounts({ ...nothing, ...lists })).toEqual(expected);
});

test.each([
  [[{ cardNumber: '17' }], true],
  [[{ cardNumber: '' }, { cardNumber: '18' }], false],
  [[{ cardNumber: null }], false],
  [[], false],
])('of the credentials %j only the first counts', (credentials, expected) => {
  expect(hasFirstCredential({ credentials })).toBe(expected);
});

test('every type of the role is compared, or named as one that cannot be', () => {
  expect([...comparableTypes, ...Object.keys(notComparable)].sort()).toEqual([...entityTypes].sort());
  expect(new Set(roleTypes).size).toBe(entityTypes.length);
});

test('a proof of counts names the types that differ, in both directions', () => {
  const proof = proofOfCounts(
    7,
    { Cardholder: 12, Credential: 9, CardholderGroup: 1 },
    { Cardholder: 5, Credential: 10, Alarm: 3, CardholderGroup: 1 },
  );

  expect(proof).toMatchObject({ at: 7, depth: 'counts', equal: false });
  expect(
    proof.types.filter(({ equal }) => !equal).map(({ type, found }) => [type, found.missing, found.surplus]),
  ).toEqual([
    ['Cardholder', 7, 0],
    ['Credential', 0, 1],
  ]);
});
