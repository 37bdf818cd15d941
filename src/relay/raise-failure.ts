/** What a failed raise says about whether the event was raised. Pure. */
import { CodedError, type ErrorCode } from '../core/errors.ts';

/**
 * `no-entity`: the entity is gone, nothing happened. `refused`: the event is not taken, nothing happened. `not-done`: the
 * side could not be asked, nothing happened. `unclear`: it may have happened.
 */
export type RaiseFailure = 'no-entity' | 'refused' | 'not-done' | 'unclear';

/** Answers that come before any work: the request was turned away at the door. */
const turnedAway: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SW_UNAUTHORISED',
  'SW_LICENCE',
  'SW_SESSION_BUSY',
  'SW_TLS_UNTRUSTED',
]);

/** @throws the error itself when it is no operating error: a defect of ours must be loud */
export function raiseFailure(error: unknown): RaiseFailure {
  if (!(error instanceof CodedError)) throw error;
  if (error.code === 'SW_NOT_FOUND') return 'no-entity';
  if (error.code === 'SW_REFUSED') return 'refused';
  return turnedAway.has(error.code) ? 'not-done' : 'unclear';
}
