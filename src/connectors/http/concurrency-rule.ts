/**
 * Decides how many requests a server gets at once, from what became of those before.
 *
 * The limit grows by one while a whole width of requests is answered about as fast as ever, is halved when the server
 * says or shows that it is overrun, and then grows back to just below the width that was too much. Only after a while is
 * that width tried again: a request that is refused costs its caller more than a little speed. The limit is never below
 * 1 and never above the configured maximum.
 */
import { type BestLatency, bestAfter, isNear } from './best-latency.ts';

/** How a server shows that it is overrun: by one of these statuses, or by not answering in time. */
export type OverloadSign = 429 | 503 | 'timeout';

export interface ConcurrencyState {
  /** Hard maximum, from the configuration. */
  readonly max: number;
  /** From 1 to `max`. Grows by fractions; the whole part is what is let in. */
  readonly limit: number;
  /** The widest that was not too much, believed until a moment on the clock that never jumps. */
  readonly ceiling: { readonly width: number; readonly until: number } | null;
  /** How often the limit has been halved. */
  readonly reductions: number;
  /** The server asked for silence until then, on the clock that never jumps. */
  readonly pausedUntil: number | null;
  /** By kind of request: a list and a detail are never equally fast. */
  readonly best: { readonly [work: string]: BestLatency };
}

export type Outcome =
  | { readonly kind: 'ok'; readonly work: string; readonly latencyMs: number }
  /** `pauseMs` is the silence that the server asks for, already bounded. */
  | { readonly kind: 'overloaded'; readonly sign: OverloadSign; readonly pauseMs: number | null }
  /** Every other failure. It may be quick, but says nothing about the load. */
  | { readonly kind: 'failed' };

/** One request that has come to its end. */
export interface Ended {
  readonly outcome: Outcome;
  /** Now, on the clock that never jumps. */
  readonly at: number;
  /** The most that were in flight when it was sent or when it ended, itself included. */
  readonly inFlight: number;
  /** {@link ConcurrencyState.reductions} when it was sent. */
  readonly reductions: number;
}

/** What is sent at once before anything is known: the default maximum of the connectors. */
const startLimit = 2;

/** How long a width that was too much is not tried again, milliseconds. */
const ceilingMs = 60_000;

/** Polite from the first request on. */
export function startingConcurrency(max: number): ConcurrencyState {
  return { max, limit: Math.min(startLimit, max), ceiling: null, reductions: 0, pausedUntil: null, best: {} };
}

/** How many may be in flight now. */
export function widthOf({ limit, pausedUntil }: ConcurrencyState): number {
  return pausedUntil === null ? Math.floor(limit) : 0;
}

/** The state after one request has ended. The same object where nothing has changed. */
export function afterRequest(state: ConcurrencyState, ended: Ended): ConcurrencyState {
  switch (ended.outcome.kind) {
    case 'ok':
      return grown(state, ended, ended.outcome);
    case 'overloaded':
      return halved(paused(state, ended.at, ended.outcome.pauseMs), ended);
    case 'failed':
      return state;
  }
}

/** The state once the silence is over. */
export function afterPause(state: ConcurrencyState): ConcurrencyState {
  return { ...state, pausedUntil: null };
}

function grown(
  state: ConcurrencyState,
  { at, inFlight, reductions }: Ended,
  { work, latencyMs }: Extract<Outcome, { kind: 'ok' }>,
): ConcurrencyState {
  const known = state.best[work];
  const best = bestAfter(known, latencyMs, at);
  const seen = best === known ? state : { ...state, best: { ...state.best, [work]: best } };
  // Only a request that was under way at the full width of today tells whether that width is bearable.
  if (reductions !== state.reductions || inFlight < Math.floor(state.limit) || !isNear(best, latencyMs)) return seen;
  const ceiling = state.ceiling !== null && at < state.ceiling.until ? state.ceiling : null;
  const highest = Math.min(state.max, ceiling?.width ?? state.max);
  const limit = Math.min(highest, state.limit + 1 / Math.floor(state.limit));
  return limit === state.limit && ceiling === state.ceiling ? seen : { ...seen, limit, ceiling };
}

/** Halves once per burst: what was sent before the last halving says nothing about the limit since. */
function halved(state: ConcurrencyState, { at, inFlight, reductions }: Ended): ConcurrencyState {
  if (reductions !== state.reductions) return state;
  // Refused when it was alone: then it is not the width, and nothing is gained by growing back slowly.
  const ceiling = inFlight > 1 ? { width: inFlight - 1, until: at + ceilingMs } : null;
  const limit = Math.max(1, Math.min(state.limit / 2, ceiling?.width ?? state.max));
  return { ...state, limit, ceiling, reductions: reductions + 1 };
}

function paused(state: ConcurrencyState, at: number, pauseMs: number | null): ConcurrencyState {
  if (pauseMs === null || pauseMs <= 0 || at + pauseMs <= (state.pausedUntil ?? at)) return state;
  return { ...state, pausedUntil: at + pauseMs };
}
