import { describe, expect, test } from 'vitest';
import { cardRule } from '../../../src/connectors/security-center/card-rule.ts';
import { formatCall } from '../../../src/connectors/security-center/credential-format.ts';
import { members } from '../../../src/connectors/security-center/reply.ts';

describe('the format of a card', () => {
  test.each([
    [255, '65535', 'WiegandStandardCredentialFormat', ['255', '65535']],
    [256, '65535', 'WiegandH10306CredentialFormat', ['256', '65535']],
    [12, '65536', 'WiegandH10304CredentialFormat', ['12', '65536']],
    [0, '34359738367', 'WiegandH10302CredentialFormat', ['34359738367']],
  ])('for facility %i, card %s is %s', (facilityCode, cardNumber, name, args) => {
    expect(formatCall({ facilityCode, cardNumber })).toEqual({ name, args });
  });

  test.each([
    [1, '34359738367'],
    [0, '34359738368'],
    [70000, '1'],
    [-1, '1'],
    [0, ''],
    [0, '12a'],
    [0.5, '1'],
  ])('for facility %d, card %j is none, so that no digit is lost', (facilityCode, cardNumber) => {
    expect(formatCall({ facilityCode, cardNumber })).toBeNull();
  });

  test('that is none refuses the entity with the card in the message', () => {
    const entity = { type: 'credential', key: '7', fields: { cardNumber: '12a', facilityCode: 0 }, refs: {} };
    expect(() => cardRule.write(entity)).toThrowError(/"12a"/);
  });

  test.each([
    ['numbers', { Facility: 12, CardId: 3456 }, '3456', 12],
    ['texts', { FacilityCode: '12', CardNumber: '03456' }, '3456', 12],
    ['one text', { CardId: '12 | 3456' }, '3456', 12],
    ['a card without facility', { CardId: '34359738367' }, '34359738367', 0],
    ['what is not understood', { RawData: '00ff' }, null, null],
  ])('is read back from %s', (_what, format, cardNumber, facilityCode) => {
    expect(cardRule.read(members({ Format: format }), 0)).toEqual({ cardNumber, facilityCode });
  });
});
