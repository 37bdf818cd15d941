/** What is refused at the doors of the runtime, each with its code and what to do. */
import type { z } from 'zod';
import { CodedError } from '../../core/errors.ts';

/**
 * Parses an outside event.
 *
 * @throws CodedError SW_EVENT_RESERVED, SW_EVENT_INVALID
 */
export function parseEvent(
  schema: z.ZodType<{ type: string; at: number }>,
  event: { readonly type: string },
): { type: string; at: number } {
  const doing = `sending ${event.type}`;
  if (event.type.startsWith('xstate.'))
    throw new CodedError('SW_EVENT_RESERVED', {
      doing,
      expected: 'an event of the vocabulary',
      found: 'a type that is reserved for the engine',
      todo: 'Send the outside event that describes the fact',
    });
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CodedError('SW_EVENT_INVALID', {
    doing,
    expected: 'an event of the vocabulary',
    found: `${issue?.path.join('.') || 'the event'}: ${issue?.message ?? 'not valid'}`,
    todo: 'Send one of the outside events of the machine, with all its members',
  });
}

export function unknownMachine(key: string, id: string, known: readonly string[]): CodedError {
  return new CodedError('SW_MACHINE_UNKNOWN', {
    doing: `starting "${key}"`,
    expected: `one of ${known.join(', ')}`,
    found: id,
    todo: 'Register the machine with the runtime',
  });
}

export function unknownInstance(key: string, type: string, known: readonly string[]): CodedError {
  return new CodedError('SW_INSTANCE_UNKNOWN', {
    doing: `sending ${type}`,
    expected: known.length > 0 ? `one of ${known.join(', ')}` : 'an instance that was started',
    found: key,
    todo: 'Check the name',
  });
}

export function mailboxFull(key: string, type: string, max: number): CodedError {
  return new CodedError('SW_MAILBOX_FULL', {
    doing: `sending ${type} to "${key}"`,
    expected: `fewer than ${max} steps waiting for the disk`,
    found: 'as many',
    todo: 'Send more slowly, or look why the disk is slow',
  });
}

export function missingExecutors(machine: string, names: readonly string[]): CodedError {
  return new CodedError('SW_EXECUTOR_MISSING', {
    doing: `registering the machine "${machine}"`,
    expected: 'an executor for every effect and action',
    found: `none for ${names.join(', ')}`,
    todo: 'Hand the executors to the runtime',
  });
}

export function stopped(): CodedError {
  return new CodedError('SW_RUNTIME_STOPPED', {
    doing: 'taking an event',
    expected: 'an open runtime',
    found: 'one that was closed',
    todo: 'Start the supervisor again',
  });
}
