import { describe, expect, test } from 'vitest';
import type { SourceEvent } from '../../src/connectors/events.ts';
import { mapEvent } from '../../src/relay/event-mapping.ts';
import { documentedRows, sipassEventMapping } from '../../src/relay/mappings/sipass-to-security-center.ts';

const at = Date.parse('2026-03-01T08:00:00Z');
const event = (kind: string, entities: SourceEvent['entities']): SourceEvent => ({
  id: 'F1-1',
  sequence: 1,
  at,
  kind,
  entities,
  value: { pointName: 'Lobby 1' },
});
const person = { kind: 'cardholder', key: '7' };
const door = { kind: 'access-point', key: '1001' };

describe('the mapping of SiPass events', () => {
  test('raises a documented event natively, on the person, and wants the door to exist', () => {
    const mapped = mapEvent(sipassEventMapping(), event('Card Expired', [door, person]));

    expect(mapped).toEqual({
      name: { kind: 'native', type: 'AccessRefused' },
      refs: [
        { type: 'cardholder', key: '7' },
        { type: 'door', key: '1001' },
      ],
      text: 'Card Expired, Lobby 1, 2026-03-01T08:00:00.000Z',
    });
  });

  test('lets a custom event of the site win over the documented row, whatever its spelling', () => {
    const mapping = sipassEventMapping({ custom: { ' access GRANTED': 12, 'Door Forced': 13 } });

    expect(mapEvent(mapping, event('Access Granted', [person]))).toMatchObject({ name: { kind: 'custom', id: 12 } });
    expect(mapEvent(mapping, event('Door Forced', [door]))).toMatchObject({
      name: { kind: 'custom', id: 13 },
      refs: [{ type: 'door', key: '1001' }],
    });
  });

  test('says why an event is not relayed', () => {
    expect(mapEvent(sipassEventMapping(), event('Door Forced', [door]))).toEqual({ unmapped: 'no rule' });
    expect(mapEvent(sipassEventMapping(), event('Battery Low', []))).toEqual({ unmapped: 'no entity' });
    expect(mapEvent(sipassEventMapping(), event('toString', [door]))).toEqual({ unmapped: 'no rule' });
    const unknown = event('Battery Low', [{ kind: 'unit', key: '1' }]);
    expect(mapEvent(sipassEventMapping(), unknown)).toEqual({ unmapped: 'no entity' });
  });

  test('knows the documented rows', () => {
    expect(Object.keys(documentedRows)).toHaveLength(15);
  });
});
