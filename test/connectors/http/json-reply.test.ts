/** What becomes of the text of an answer, above all when it is not what was expected. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJsonReply, quoteReply } from '../../../src/connectors/http/json-reply.ts';

const schema = z.looseObject({ Name: z.string() });
const parse = (text: string) => () => parseJsonReply(text, schema, 'reading the person 7');

test('gives the value, also behind a byte order mark', () => {
  expect(parse('\uFEFF{"Name":"Anna","Extra":1}')()).toEqual({ Name: 'Anna', Extra: 1 });
});

test('says where the shape differs and quotes the beginning of what was found', () => {
  const failure = expect.objectContaining({
    code: 'SW_REPLY_UNEXPECTED',
    message: expect.stringMatching(/reading the person 7: .*Name: .*string.*found \{"Name":7\}/),
  });

  expect(parse('{"Name":7}')).toThrowError(failure);
});

test('what is no JSON is quoted, bounded', () => {
  const failure = expect.objectContaining({ code: 'SW_REPLY_UNEXPECTED', message: expect.stringContaining('<html>') });

  expect(parse(`<html>${'x'.repeat(10_000)}`)).toThrowError(failure);
  expect(quoteReply('x'.repeat(10_000)).length).toBeLessThan(250);
  expect(parse('')).toThrowError(expect.objectContaining({ message: expect.stringContaining('an empty body') }));
});

test.each([
  ['{"Name":1,"Token":"hush:admin"}'],
  ['{"Name":1,"token" : "hu\\"sh"}'],
  ['{"SessionToken":"hush"'],
  ['{"Name":1,"Password":"hush","Pin":"hush"}'],
  ['{"Token":"hush'],
])('%s: secrets are blotted out', (text) => {
  expect(parse(text)).toThrowError(expect.objectContaining({ message: expect.not.stringMatching(/hush|hu\\/) }));
});
