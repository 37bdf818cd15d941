/** Checks that an answer is about the object that was asked for. */
import { CodedError } from '../../core/errors.ts';

/** @throws CodedError `SW_REPLY_UNEXPECTED` when the tokens differ: a cache or proxy in between answers for others. */
export function checkToken(found: string, asked: string, doing: string): void {
  if (found === asked) return;
  throw new CodedError('SW_REPLY_UNEXPECTED', {
    doing,
    expected: `the object with token ${asked}`,
    found: `one with token ${found}`,
    todo: 'Check what lies between Syncwarden and SiPass, such as a caching proxy',
  });
}
