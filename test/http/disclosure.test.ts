/** What may be shown: no secret, nothing without a bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shown, shownAt, shownMembers, shownText } from '../../src/http/disclosure.ts';

const secret = 'hunter2-hunter2';

describe('shown values', () => {
  test.each([
    'password',
    'Password',
    'clientSecret',
    'apiKey',
    'applicationId',
    'accessToken',
    'Authorization',
    'cookie',
  ])('never tell a %s, however deep it stands', (name) => {
    const value = { evidence: [{ request: { [name]: secret, kept: 'yes' } }] };

    expect(JSON.stringify(shown(value))).not.toContain(secret);
    expect(JSON.stringify(shown(value))).toContain('yes');
    expect(JSON.stringify(shownAt(`a.${name}.b`, { text: secret }))).not.toContain(secret);
  });

  test('lose passwords in addresses and credentials of headers', () => {
    const text = `GET https://operator:${secret}@sipass.example:8443/api failed, sent Authorization: Bearer ${secret}`;

    expect(shownText(text)).not.toContain(secret);
    expect(shownText(text)).toContain('https://sipass.example:8443/api');
  });

  test('keep what is no secret, as it is', () => {
    const value = { rung: 'restart-plugin', types: ['credential'], counts: { credential: 5 }, done: true, since: null };

    expect(shown(value)).toEqual(value);
  });

  test('are bounded whatever they are made from', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12, stringUnit: 'binary' }), (value) => {
        const many = { list: Array.from({ length: 500 }, () => value), text: 'x'.repeat(100_000) };
        const text = JSON.stringify(shownMembers(many));

        expect(text.length).toBeLessThan(2_000_000);
        expect(shownMembers(many)['list']).toHaveLength(21);
      }),
      { numRuns: 50 },
    );
  });

  test('tell what was left out', () => {
    expect(shown(Array.from({ length: 25 }, (_, index) => index))).toContain('(5 more)');
    expect(shownText('y'.repeat(5_000))).toMatch(/^y{600}…$/);
    const deep = JSON.parse(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`);
    expect(JSON.stringify(shown(deep))).toContain('(1 members)');
  });
});
