/** The error for a list that changed, or broke off, while it was walked. */
import { CodedError } from '../../core/errors.ts';

export function walkIncomplete(doing: string, expected: string, found: string): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing,
    expected,
    found,
    todo: 'Start the walk again from the beginning',
  });
}
