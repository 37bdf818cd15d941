/** The failure that a simulated fault looks like to the product. */
import { CodedError, type ErrorCode } from '../../../core/errors.ts';

export function simulated(code: ErrorCode): CodedError {
  return new CodedError(code, { doing: 'asking', expected: 'an answer', found: 'a simulated fault', todo: 'Wait' });
}
