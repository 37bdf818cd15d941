/** What is refused at the doors of the runtime, each with its code and what to do. */
import type { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { requireJson } from '../../core/json.ts';
import type { SetAside } from '../runtime.ts';

type Event = { readonly type: string; readonly at: number };

/**
 * Checks an event from outside: by its schema where there is one, otherwise that it is JSON.
 *
 * @throws CodedError SW_EVENT_RESERVED, SW_EVENT_INVALID
 */
export function parseEvent(schema: z.ZodType<{ type: string; at: number }> | undefined, event: Event): Event {
  if (event.type.startsWith('xstate.'))
    throw new CodedError('SW_EVENT_RESERVED', {
      doing: `sending ${event.type}`,
      expected: 'an event of the vocabulary',
      found: 'a type that is reserved for the engine',
      todo: 'Send the outside event that describes the fact',
    });
  if (schema) {
    const parsed = schema.safeParse(event);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw invalidEvent(event, `${issue?.path.join('.') || 'the event'}: ${issue?.message ?? 'not valid'}`);
  }
  try {
    requireJson(event, null, 'event');
  } catch (error) {
    throw invalidEvent(event, error instanceof Error ? error.message : String(error));
  }
  return event;
}

function invalidEvent({ type }: Event, found: string): CodedError {
  return new CodedError('SW_EVENT_INVALID', {
    doing: `sending ${type}`,
    expected: 'an event of the vocabulary',
    found,
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
  const shown = known.slice(0, 10).join(', ');
  return new CodedError('SW_INSTANCE_UNKNOWN', {
    doing: `sending ${type}`,
    expected: known.length > 0 ? `one of ${shown}${known.length > 10 ? ', ...' : ''}` : 'an instance that was started',
    found: key,
    todo: 'Check the name',
  });
}

export function endedInstance(key: string, type: string, status: string): CodedError {
  return new CodedError('SW_INSTANCE_ENDED', {
    doing: `sending ${type} to "${key}"`,
    expected: 'an instance that is active',
    found: `one that has ended (${status})`,
    todo: 'Look at its history for the reason; stop it, and start it again if it is needed',
  });
}

export function instanceSetAside(doing: string, { machine, why }: SetAside): CodedError {
  return new CodedError('SW_INSTANCE_SET_ASIDE', {
    doing,
    expected: 'an instance that a registered machine can go on with',
    found: `one of ${machine ?? 'an unknown machine'} that is set aside: ${why}`,
    todo: 'Register the machine or a migration and open the runtime again; or stop the instance to begin anew',
  });
}

export function mailboxFull(key: string, type: string, max: number): CodedError {
  return new CodedError('SW_MAILBOX_FULL', {
    doing: `sending ${type} to "${key}"`,
    expected: `fewer than ${max} steps waiting for the disk (mailboxMax)`,
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
    todo: 'Open it again',
  });
}
