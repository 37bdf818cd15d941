/** Lets the owner of an in-memory connector watch each operation, and break it off before or after its effect. */

/** One operation, at one of its two instants. */
export interface Operation {
  readonly call:
    | 'probe'
    | 'walk'
    | 'keys'
    | 'get'
    | 'changes'
    | 'list'
    | 'read'
    | 'find'
    | 'create'
    | 'update'
    | 'remove'
    | 'events'
    | 'backfill'
    | 'raise'
    | 'recent';
  /** `before`: nothing has happened yet. `after`: the effect is there, the answer is still to come. */
  readonly when: 'before' | 'after';
  /** Kind of a source, type of a target; null for `probe`. */
  readonly of: string | null;
  /** Key or id that the operation is about; null for one that is about many. */
  readonly subject: string | null;
}

/**
 * Called at both instants of each operation, and awaited. What it throws is what the caller of the operation gets: thrown
 * `before`, the request never arrived; thrown `after`, the work is done and only the answer is lost.
 */
export type Interceptor = (operation: Operation) => void | Promise<void>;

/** Runs an effect between the two calls of the interceptor; an aborted signal stops it before the effect. */
export async function intercepted<T>(
  interceptor: Interceptor | undefined,
  operation: Omit<Operation, 'when'>,
  signal: AbortSignal,
  effect: () => T,
): Promise<T> {
  signal.throwIfAborted();
  await interceptor?.({ ...operation, when: 'before' });
  signal.throwIfAborted();
  const result = effect();
  await interceptor?.({ ...operation, when: 'after' });
  return result;
}
