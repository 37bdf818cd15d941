/** A target in which events are raised into an array: for embedding and for tests, with the habits of a real one. */
import { CodedError } from '../../core/errors.ts';
import type { EventName, EventTarget, TargetEvent } from '../events.ts';
import { type Interceptor, intercepted } from './interceptor.ts';

/** An event that stands in the target. */
export interface RaisedEvent extends TargetEvent {
  /** When it was raised, by the clock of the target. */
  readonly raisedAt: number;
}

export interface MemoryEventTargetOptions {
  /** Raised events, in order; appended to here. */
  readonly raised: RaisedEvent[];
  /** Whether an entity exists. Default: every one does. */
  readonly exists?: (id: string) => boolean;
  readonly now: () => number;
  /** Default: both kinds. */
  readonly tells?: readonly EventName['kind'][];
  readonly interceptor?: Interceptor;
}

/** An {@link EventTarget} over an array. Raising is not idempotent, as with a real one. */
export function createMemoryEventTarget(options: MemoryEventTargetOptions): EventTarget {
  const { raised, exists = () => true, now, tells = ['native', 'custom'], interceptor } = options;
  return {
    capabilities: { tells },
    raise: (event, signal) =>
      intercepted(interceptor, { call: 'raise', of: event.name.kind, subject: event.id }, signal, () => {
        if (!exists(event.entity)) throw noEntity(event);
        raised.push({ ...event, raisedAt: now() });
      }),
    recent: (sinceMs, signal) =>
      intercepted(interceptor, { call: 'recent', of: null, subject: null }, signal, () => {
        const told = raised.filter(({ raisedAt, name }) => raisedAt >= sinceMs && tells.includes(name.kind));
        return new Set(told.map(({ id }) => id));
      }),
  };
}

function noEntity({ id, entity }: TargetEvent): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: `raising the event ${id}`,
    expected: 'its entity',
    found: `none of the id ${entity}`,
    todo: 'Nothing: it is raised once the entity exists',
  });
}
