/** What a synchronization was asked for: which runs answer a request, and how two that wait become one. */
import type { Mode } from '../events.ts';

export interface RunRequest {
  readonly mode: Mode;
  readonly requestedBy: string;
  /** The entity types it is limited to; null for all of them. */
  readonly types: readonly string[] | null;
  /** A person has approved the deletes that the guard stopped. */
  readonly approveDeletes: boolean;
}

interface Asked {
  readonly mode: Mode;
  readonly requestedBy: string;
  readonly types?: readonly string[] | undefined;
  readonly approveDeletes?: boolean | undefined;
}

/** The request in an event. */
export function requestOf({ mode, requestedBy, types, approveDeletes }: Asked): RunRequest {
  return { mode, requestedBy, types: types ?? null, approveDeletes: approveDeletes ?? false };
}

/** Whether types that are named, or all, hold all of the others. */
function holdsAll(types: readonly string[] | null, others: readonly string[] | null): boolean {
  return types === null || (others?.every((type) => types.includes(type)) ?? false);
}

/** A full run answers every request, a delta run one for a delta; of its types, and with an approval only if it has it. */
export function isAnsweredBy(request: RunRequest, run: RunRequest | null): boolean {
  if (run === null) return false;
  if (request.mode === 'full' && run.mode !== 'full') return false;
  if (request.approveDeletes && !run.approveDeletes) return false;
  return holdsAll(run.types, request.types);
}

/**
 * One request that answers both. An approval stays only if it was given for everything that the new one deletes:
 * nobody approved the rest.
 */
export function mergeRequests(one: RunRequest | null, other: RunRequest): RunRequest {
  if (one === null) return other;
  const types = one.types === null || other.types === null ? null : [...new Set([...one.types, ...other.types])].sort();
  return {
    mode: one.mode === 'full' || other.mode === 'full' ? 'full' : 'delta',
    requestedBy: other.requestedBy,
    types,
    approveDeletes:
      (one.approveDeletes && other.approveDeletes) ||
      [one, other].some((request) => request.approveDeletes && holdsAll(request.types, types)),
  };
}
