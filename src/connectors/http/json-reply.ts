/** Parses the text of an answer as JSON of a known shape. */
import type { z } from 'zod';
import { CodedError } from '../../core/errors.ts';

/** How much of an unexpected answer is quoted, in UTF-16 code units. */
const quotedLengthMax = 200;

/** Members whose values never enter a message: session tokens, passwords, PINs. */
const secretMember =
  /("(?:[a-z]*token|[a-z]*password|[a-z]*secret|pin|authorization)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,{}[\]"]+)/gi;

/**
 * The value of `text` as `schema` gives it. A byte order mark before the JSON is skipped.
 *
 * @throws CodedError `SW_REPLY_UNEXPECTED`, which quotes what the schema expected and the beginning of what was found,
 * with secrets blotted out.
 */
export function parseJsonReply<T extends z.ZodType>(text: string, schema: T, doing: string): z.output<T> {
  const plain = text.replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch {
    // The parser's own error quotes the text, secrets included: it is not kept as a cause.
    throw unexpected(plain, 'JSON', doing);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`);
  throw unexpected(plain, `the known shape (${issues.join('; ')})`, doing);
}

/** The beginning of a text for a message: secrets blotted out, white space folded, cut to a bound. */
export function quoteReply(text: string): string {
  const plain = text.replace(secretMember, '$1"[redacted]"').replace(/\s+/g, ' ').trim();
  if (plain === '') return 'an empty body';
  return plain.length > quotedLengthMax ? `${plain.slice(0, quotedLengthMax)}...` : plain;
}

function unexpected(text: string, expected: string, doing: string): CodedError {
  return new CodedError('SW_REPLY_UNEXPECTED', {
    doing,
    expected,
    found: quoteReply(text),
    todo: 'Check that the address leads to the right server and that its version is one that is known',
  });
}
