import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameLengthMax, personAt } from '../../../src/simulator/people.ts';
import { sipassOptionsSchema } from '../../../src/simulator/sipass/options.ts';
import { formatWireDate, parseWireDate } from '../../../src/simulator/sipass/wire-date.ts';
import { SipassWorld } from '../../../src/simulator/sipass/world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const clock = () => new VirtualClock(Date.parse('2026-06-01T00:00:00Z'));
const world = (options: object) => new SipassWorld(sipassOptionsSchema.parse(options), clock());

describe('generated world', () => {
  test('is the same for the same seed and different for another', () => {
    const content = (seed: number) => {
      const { cardholders, site } = world({ seed, cardholders: 30 });
      return JSON.stringify([site, cardholders.order('Token').map((token) => cardholders.read(token))]);
    };

    expect(content(5)).toBe(content(5));
    expect(content(5)).not.toBe(content(6));
  });

  test('has a door for every forty people', () => {
    const { cardholders, site } = world({ cardholders: 20_000 });

    expect([cardholders.order('LastName').length, site.accessPoints.length]).toEqual([20_000, 500]);
  });

  test('what is kept of a generated person agrees with the person written out', () => {
    const { cardholders } = world({ cardholders: 60 });

    for (const token of cardholders.order('Token')) {
      const before = cardholders.summary(token);
      cardholders.write(token, cardholders.read(token) ?? {});
      expect(cardholders.summary(token)).toEqual(before);
    }
  });

  test('has people of every status, and all kinds of workgroup', () => {
    const { site, ...rest } = world({ cardholders: 500 }).truth();

    expect(site).toBeUndefined();
    expect(Object.keys(rest['status'] ?? {}).sort()).toEqual([
      'beforeStart',
      'expired',
      'valid',
      'void',
      'workgroupVoid',
    ]);
  });

  test('an empty server is possible', () => {
    expect(world({ cardholders: 0 }).truth()).toMatchObject({
      counts: { Cardholders: 0 },
      eligible: { credential: 0 },
    });
  });
});

describe('people', () => {
  test('depend on seed and number only, and stay within the length', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, index) => {
        const person = personAt(seed, index);
        expect(personAt(seed, index)).toEqual(person);
        expect(person.lastName.length).toBeLessThanOrEqual(nameLengthMax);
        expect(person.firstName.length).toBeGreaterThan(0);
        expect(person.email).toMatch(/^[a-z+.0-9]+@example\.(com|org|net)$/);
      }),
    );
  });

  test('include names that break careless queries, and very long ones', () => {
    const names = Array.from({ length: 2000 }, (_, index) => personAt(1, index).lastName);

    for (const mark of [',', "'", '(', '#', '+', '@', '"', '\\', '%', '&', 'ü']) {
      expect(names.some((name) => name.includes(mark))).toBe(true);
    }
    expect(names.some((name) => name.length > 85)).toBe(true);
  });
});

describe('dates', () => {
  test('survive the wire in every offset', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, fc.constantFrom('+00:00', '+08:00', '-03:30'), (at, offset) => {
        expect(parseWireDate(formatWireDate(at * 1000, offset), offset)).toBe(at * 1000);
      }),
    );
  });

  test('without an offset are in the local time of the server', () => {
    expect(parseWireDate('2026-01-01T08:00:00', '+08:00')).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(parseWireDate('2026-01-01', '-01:00')).toBe(Date.parse('2026-01-01T01:00:00Z'));
    expect(parseWireDate('soon', '+00:00')).toBeNull();
  });
});
