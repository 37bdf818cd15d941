import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildQuery, call, escapeText, idValue, text } from '../../../src/connectors/security-center/query.ts';
import { targetText } from '../../../src/connectors/security-center/vocabulary.ts';
import { parseQuery } from '../../../src/simulator/security-center/query.ts';

const id = '0f0e0d0c-0b0a-0908-0706-050403020100';

/** The inverse by the rules alone: split at commas that no backslash precedes, then take the backslashes off. */
function readClauses(encoded: string): string[] {
  const clauses: string[] = [];
  let clause = '';
  for (const [token] of (new URLSearchParams(`q=${encoded}`).get('q') ?? '').matchAll(/\\.|./gsu)) {
    if (token === ',') {
      clauses.push(clause);
      clause = '';
    } else clause += token.startsWith('\\') ? token.slice(1) : token;
  }
  return [...clauses, clause];
}

describe('a query', () => {
  test('is read by a server that counts brackets as one that does not', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'aB_(){},\\@=*-+ &%.1'), maxLength: 12 });
    fc.assert(
      fc.property(texts, (value) => {
        const query = buildQuery([
          { op: 'entity', id },
          { op: 'set', property: 'Name', value: text(value) },
          { op: 'get', property: 'Guid' },
        ]);
        expect(parseQuery(new URLSearchParams(`q=${query}`).get('q') ?? '')).toEqual([
          { op: 'entity', id: id.replaceAll('-', '') },
          { op: 'set', property: 'Name', value: { kind: 'text', text: value } },
          { op: 'get', property: 'Guid' },
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['ada@site.example', 'ada@site.example'],
    ['Smith, Jr.', 'Smith\\, Jr.'],
    ['Keller (Extern)', '\\Keller (Extern)'],
    ['sad :(', 'sad :\\('],
    ['-1', '\\-1'],
    ['Back\\slash', 'Back\\\\slash'],
  ])('writes %s with as few backslashes as the rules need', (value, written) => {
    expect(escapeText(value)).toBe(written);
  });

  test('carries every text of the mapping unchanged, and no text becomes a clause', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => targetText(value) ?? '');
    const hostile = fc.constantFrom(',State=Inactive', 'NewEntity(User)', '\\,Guid', '-1', '@x', '{a}', 'a+b c&d=e%2C');
    fc.assert(
      fc.property(fc.oneof(texts, hostile), (value) => {
        const query = buildQuery([
          { op: 'entity', id },
          { op: 'set', property: 'Name', value: text(value) },
          { op: 'get', property: 'Guid' },
        ]);
        expect(readClauses(query)).toEqual([`entity=${id.replaceAll('-', '')}`, `Name=${value}`, 'Guid']);
      }),
    );
  });

  test('is made of characters that a request line can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const query = buildQuery([{ op: 'set', property: 'Name', value: text(targetText(value) ?? '') }]);
        expect(query).toMatch(/^[A-Za-z0-9\-._~!'()*,=@%]*$/);
      }),
    );
  });

  test('is written as documented', () => {
    const query = buildQuery([
      { op: 'new', entityType: 'Credential' },
      { op: 'set', property: 'Format', value: call('WiegandStandardCredentialFormat', ['12', '3456']) },
      { op: 'add', property: 'Groups', value: idValue(id) },
      { op: 'get', property: 'Guid' },
    ]);
    expect(decodeURIComponent(query)).toBe(
      'entity=NewEntity(Credential),Format=WiegandStandardCredentialFormat(12,3456),Groups@0f0e0d0c0b0a09080706050403020100,Guid',
    );
  });

  test.each(['Gate #4', 'line\nend', 'half \ud83d'])('refuses %j, which cannot be sent', (value) => {
    const write = () => buildQuery([{ op: 'set', property: 'Name', value: text(value) }]);
    expect(write).toThrowError(expect.objectContaining({ code: 'SW_REFUSED' }));
  });

  test('refuses an id that is none, whatever it holds', () => {
    const write = () => buildQuery([{ op: 'entity', id: `${id},State=Inactive` }]);
    expect(write).toThrowError(expect.objectContaining({ code: 'SW_REFUSED' }));
  });

  test('takes names and arguments from our own tables only', () => {
    expect(() => buildQuery([{ op: 'get', property: 'Name,Guid' }])).toThrowError(/Invariant/);
    expect(() => buildQuery([{ op: 'set', property: 'Format', value: call('F', ['1,2']) }])).toThrowError(/Invariant/);
  });
});
