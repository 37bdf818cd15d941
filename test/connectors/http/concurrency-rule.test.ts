/** The rule that decides how many requests a server gets at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterPause,
  afterRequest,
  type ConcurrencyState,
  type Ended,
  type Outcome,
  type OverloadSign,
  startingConcurrency,
  widthOf,
} from '../../../src/connectors/http/concurrency-rule.ts';

const ok = (latencyMs = 10, work = 'GET /people'): Outcome => ({ kind: 'ok', work, latencyMs });
const overloaded: Outcome = { kind: 'overloaded', sign: 503, pauseMs: null };
const failed: Outcome = { kind: 'failed' };

/** A request that was sent at the full width of the state, and ends now. */
const ended = (state: ConcurrencyState, outcome: Outcome, more: Partial<Ended> = {}): Ended => ({
  outcome,
  at: 0,
  inFlight: Math.floor(state.limit),
  reductions: state.reductions,
  ...more,
});
const next = (state: ConcurrencyState, outcome: Outcome, more: Partial<Ended> = {}) =>
  afterRequest(state, ended(state, outcome, more));
const calmly = (state: ConcurrencyState, requests: number, at = 0) => {
  let now = state;
  for (let n = 0; n < requests; n += 1) now = next(now, ok(), { at });
  return now;
};

/** More calm requests than it takes to grow from 1 to the largest maximum. */
const long = 200;

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('ok' as const), work: fc.constantFrom('a', 'b'), latencyMs: fc.nat(60_000) }),
  fc.record({
    kind: fc.constant('overloaded' as const),
    sign: fc.constantFrom<OverloadSign>(429, 503, 'timeout'),
    pauseMs: fc.option(fc.nat(60_000)),
  }),
  fc.constant(failed),
);
/** What happens, how long after the one before, and how much was in flight and known when it was sent. */
const history = fc.array(
  fc.record({
    outcome: outcomes,
    afterMs: fc.nat(90_000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    late: fc.nat(2),
  }),
  { maxLength: 120 },
);
const maxima = fc.integer({ min: 1, max: 16 });

const played = (max: number, events: typeof history extends fc.Arbitrary<infer T> ? T : never) => {
  const states = [startingConcurrency(max)];
  let at = 0;
  for (const { outcome, afterMs, share, late } of events) {
    const state = states.at(-1) as ConcurrencyState; // it begins with one
    at += afterMs;
    const inFlight = Math.max(1, Math.round(share * Math.floor(state.limit)));
    const reductions = Math.max(0, state.reductions - late);
    states.push(afterRequest(state, { outcome, at, inFlight, reductions }));
  }
  return { states, at };
};

describe('whatever happens', () => {
  test('the limit is never below 1, never above the maximum, and grows by less than one request at a time', () => {
    fc.assert(
      fc.property(maxima, history, (max, events) => {
        const { states } = played(max, events);
        for (const [at, state] of states.entries()) {
          expect(state.limit).toBeGreaterThanOrEqual(1);
          expect(state.limit).toBeLessThanOrEqual(max);
          expect(state.limit - (states[at - 1] ?? state).limit).toBeLessThanOrEqual(1);
          expect(widthOf(state)).toBe(state.pausedUntil === null ? Math.floor(state.limit) : 0);
        }
      }),
    );
  });

  test('an overload halves at least, down to 1, and only once for all that was sent before', () => {
    fc.assert(
      fc.property(maxima, history, fc.integer({ min: 1, max: 8 }), (max, events, burst) => {
        const { states, at } = played(max, events);
        const before = states.at(-1) as ConcurrencyState; // it begins with one
        const sent = ended(before, overloaded, { at });

        const halved = afterRequest(before, sent);
        let last = halved;
        for (let n = 0; n < burst; n += 1) last = afterRequest(last, sent);

        expect(halved.limit).toBeLessThanOrEqual(Math.max(1, before.limit / 2));
        expect(last).toBe(halved);
      }),
    );
  });

  test('calm brings it back to the maximum, once the width that was too much may be tried again', () => {
    fc.assert(
      fc.property(maxima, history, (max, events) => {
        const { states, at } = played(max, events);
        const last = states.at(-1) as ConcurrencyState; // it begins with one

        // Long enough for the pause, the ceiling, and what was known of latencies to be over.
        const recovered = calmly(afterPause(last), long, at + 1_000_000);

        expect(Math.floor(recovered.limit)).toBe(max);
      }),
    );
  });

  test('other failures change nothing at all', () => {
    fc.assert(
      fc.property(maxima, history, (max, events) => {
        const last = played(max, events).states.at(-1) as ConcurrencyState; // it begins with one
        expect(next(last, failed)).toBe(last);
      }),
    );
  });
});

describe('the limit', () => {
  test('starts at 2, or at the maximum where that is less', () => {
    expect(widthOf(startingConcurrency(8))).toBe(2);
    expect(widthOf(startingConcurrency(1))).toBe(1);
  });

  test('grows by one for each width of calm answers', () => {
    const start = startingConcurrency(8);

    expect([2, 3, 5, 6, 9].map((requests) => widthOf(calmly(start, requests)))).toEqual([3, 3, 4, 4, 5]);
  });

  test('does not grow while less is in flight than is allowed', () => {
    const start = startingConcurrency(8);
    let state = start;
    for (let n = 0; n < long; n += 1) state = next(state, ok(), { inFlight: 1 });

    expect(state.limit).toBe(start.limit);
  });

  test('does not grow while answers take much longer than the best, and does when they are as quick again', () => {
    const known = calmly(startingConcurrency(8), 2);
    let slow = known;
    for (let n = 0; n < long; n += 1) slow = next(slow, ok(500));

    expect(slow.limit).toBe(known.limit);
    expect(calmly(slow, 3).limit).toBeGreaterThan(known.limit);
  });

  test('compares a latency with those of its own kind only', () => {
    const known = calmly(startingConcurrency(8), 2);

    expect(next(known, ok(500, 'GET /list')).limit).toBeGreaterThan(known.limit);
  });

  test('forgets after a while that answers were ever quicker', () => {
    const known = calmly(startingConcurrency(8), 2);
    let state = known;
    for (let minute = 1; minute <= 3; minute += 1) state = next(state, ok(500), { at: minute * 60_000 });

    expect(state.limit).toBeGreaterThan(known.limit);
  });

  test('grows back to just below the width that was too much, and tries that again after a minute', () => {
    const full = calmly(startingConcurrency(8), long);

    const refused = next(full, overloaded);
    const soon = calmly(refused, long, 59_999);
    const later = calmly(soon, long, 60_000);

    expect([full, refused, soon, later].map(widthOf)).toEqual([8, 4, 7, 8]);
  });

  test('goes below the number in flight that was too much, where that is less than half', () => {
    const full = calmly(startingConcurrency(8), long);

    expect(widthOf(next(full, overloaded, { inFlight: 3 }))).toBe(2);
  });

  test('is not held down by an overload that came when nothing else was in flight', () => {
    const one = startingConcurrency(1);
    const alone = next({ ...one, max: 8 }, overloaded);

    expect(widthOf(alone)).toBe(1);
    expect(widthOf(calmly(alone, long))).toBe(8);
  });

  test('is not moved by what was sent before it was halved', () => {
    const halved = next(calmly(startingConcurrency(8), long), overloaded);

    expect(next(halved, ok(), { reductions: 0, inFlight: 8 }).limit).toBe(halved.limit);
  });
});

describe('a pause', () => {
  const asked = (pauseMs: number): Outcome => ({ kind: 'overloaded', sign: 429, pauseMs });

  test('lets nothing in until it is over', () => {
    const paused = next(startingConcurrency(8), asked(5_000), { at: 100 });

    expect([paused.pausedUntil, widthOf(paused)]).toEqual([5_100, 0]);
    expect(widthOf(afterPause(paused))).toBe(1);
  });

  test('is made longer, never shorter, by further wishes of the same burst', () => {
    const paused = next(startingConcurrency(8), asked(5_000));

    expect(next(paused, asked(1_000), { reductions: 0 }).pausedUntil).toBe(5_000);
    expect(next(paused, asked(9_000), { reductions: 0 }).pausedUntil).toBe(9_000);
  });

  test('of nothing is none', () => {
    expect(next(startingConcurrency(8), asked(0)).pausedUntil).toBeNull();
  });
});
