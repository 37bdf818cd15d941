/** The gate that every request of a connector passes: as wide as the server bears, and never wider than configured. */
import type { Clock } from '../../core/clock.ts';
import {
  afterPause,
  afterRequest,
  type Ended,
  type Outcome,
  type OverloadSign,
  startingConcurrency,
  widthOf,
} from './concurrency-rule.ts';
import { createGate } from './gate.ts';
import type { HttpAnswer } from './http-client.ts';
import { answerOutcome, failureOutcome } from './request-outcome.ts';

/** That the limit was changed, or that a pause began. */
export interface LimitChange {
  /** Requests that may be in flight at once, before and after. */
  readonly from: number;
  readonly to: number;
  /** The configured maximum. */
  readonly max: number;
  /** `calm`: the server answers as fast as ever. */
  readonly because: 'calm' | OverloadSign;
  /** How long nothing is sent from now on, milliseconds, because the server asked for it; null for no such wish. */
  readonly pauseMs: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the gate thinks of the server's load. */
interface ConcurrencyLoad {
  readonly limit: number;
  readonly max: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** `at` in epoch milliseconds. */
  readonly lastReducedBecause: { readonly sign: OverloadSign; readonly at: number } | null;
}

interface AdaptiveGateOptions {
  /** Requests in flight at once that are never exceeded. */
  readonly max: number;
  /** Longest silence that a server is granted with `Retry-After`, milliseconds. */
  readonly retryAfterMsMax: number;
  readonly clock: Clock;
  /** Hears of every change of the limit, and of every pause. Must not throw. */
  readonly onLimit?: ((change: LimitChange) => void) | undefined;
}

/** A request on its way into the gate. */
interface GatedRequest {
  readonly method: string;
  readonly path: string;
  readonly signal: AbortSignal;
  /** Whether it goes before what waits already: questions about health and session, which others depend on. */
  readonly ahead?: boolean;
}

export interface AdaptiveGate {
  /** Sends when there is room, and learns from what comes back; rejects with the signal's reason if it aborts before. */
  send(request: GatedRequest, work: () => Promise<HttpAnswer>): Promise<HttpAnswer>;
  load(): ConcurrencyLoad;
  /** Ends a pause, so that whoever waits learns that the connection is closed. */
  close(): void;
}

/** What was so when a request was sent. */
type Sent = Pick<Ended, 'inFlight' | 'reductions'>;

/** A gate that has not seen an answer yet. */
export function createAdaptiveGate({ max, retryAfterMsMax, clock, onLimit }: AdaptiveGateOptions): AdaptiveGate {
  let state = startingConcurrency(max);
  let lastReducedBecause: ConcurrencyLoad['lastReducedBecause'] = null;
  let cancelPause = () => {};
  let closed = false;
  const gate = createGate(widthOf(state));

  const resume = () => {
    state = afterPause(state);
    gate.resize(widthOf(state));
  };

  const learn = ({ inFlight, reductions }: Sent, outcome: Outcome) => {
    if (closed) return;
    const before = state;
    const most = Math.max(inFlight, gate.running);
    state = afterRequest(before, { outcome, at: clock.monotonic(), inFlight: most, reductions });
    const because = outcome.kind === 'overloaded' ? outcome.sign : 'calm';
    if (state.reductions !== before.reductions && because !== 'calm') {
      lastReducedBecause = { sign: because, at: clock.now() };
    }
    const [from, to] = [Math.floor(before.limit), Math.floor(state.limit)];
    const pauseMs = state.pausedUntil === before.pausedUntil ? null : (state.pausedUntil ?? 0) - clock.monotonic();
    if (from === to && pauseMs === null) return;
    if (pauseMs !== null) {
      cancelPause();
      cancelPause = clock.schedule(pauseMs, resume);
    }
    gate.resize(widthOf(state));
    onLimit?.({ from, to, max, because, pauseMs, at: clock.now() });
  };

  return {
    send: ({ method, path, signal, ahead }, work) => {
      const pass = async () => {
        const sent = { inFlight: gate.running, reductions: state.reductions };
        let answer: HttpAnswer;
        try {
          answer = await work();
        } catch (thrown) {
          learn(sent, failureOutcome(thrown, signal));
          throw thrown;
        }
        learn(sent, answerOutcome({ method, path, answer, nowMs: clock.now(), retryAfterMsMax }));
        return answer;
      };
      return gate.run(signal, pass, ahead);
    },
    load: () => ({
      limit: Math.floor(state.limit),
      max,
      inFlight: gate.running,
      waiting: gate.waiting,
      lastReducedBecause,
    }),
    close() {
      closed = true;
      cancelPause();
      resume();
    },
  };
}
