/** What makes no sense as things stand now: answered with 409. */
import { CodedError } from '../core/errors.ts';
import type { IntegrationView } from './api.ts';

export function refuse(doing: string, expected: string, found: string, todo: string): never {
  throw new CodedError('SW_NOT_NOW', { doing, expected, found, todo });
}

/** A hold lasts until a person ends it: what would wait for that is refused, and says which. */
export function refuseWhileHeld({ id, holds }: IntegrationView, doing: string): void {
  const [hold] = holds;
  if (hold) refuse(`${doing} "${id}"`, 'no hold', `the hold "${hold.name}"`, 'Release every hold first');
}
