/** Connected, warning (yellow) or disconnected: judged from probes with hysteresis, and never without a reason. */
import { assign } from 'xstate';
import { type Backoff, backoffMs } from './backoff.ts';
import { type ConnectionMemory, type IntegrationContext, newMemory } from './context.ts';
import { timeOf } from './effect.ts';
import type { ProbeReport, Reason } from './events.ts';
import { foundation } from './foundation.ts';
import type { Policy } from './policy.ts';
import { isRefusal, reasonOf, refusals } from './reason.ts';
import { noteAnswered } from './synchronization/run.ts';

/** What one probe says: all is well, reachable but not well, or no answer. */
export type Judgement = { verdict: 'good' } | { verdict: 'degraded' | 'failed'; reason: Reason };

/** Judges one probe. Silence outweighs refusal, refusal outweighs incompatibility, and that outweighs slowness. */
export function judge(report: ProbeReport, policy: Policy['connection']): Judgement {
  const sides = [report.source, report.target];
  const broken = sides.flatMap((side) => (side.ok ? [] : [side]));
  const silent = broken.find((side) => !(side.code in refusals));
  if (silent) return { verdict: 'failed', reason: { code: 'unreachable', message: silent.message } };
  for (const side of broken)
    return { verdict: 'degraded', reason: { code: refusals[side.code] ?? 'refused', message: side.message } };
  if (report.incompatible !== null)
    return { verdict: 'degraded', reason: { code: 'incompatible', message: report.incompatible } };
  const slowest = Math.max(...sides.map((side) => (side.ok ? side.latencyMs : 0)));
  if (slowest > policy.slowMs) {
    const message = `The slower side took ${Math.round(slowest)} ms to answer; ${policy.slowMs} ms is the limit.`;
    return { verdict: 'degraded', reason: { code: 'slow', message } };
  }
  return { verdict: 'good' };
}

function noteJudgement(memory: ConnectionMemory, judgement: Judgement, at: number): ConnectionMemory {
  return {
    ...memory,
    lastProbeAt: at,
    failures: judgement.verdict === 'failed' ? memory.failures + 1 : 0,
    successes: judgement.verdict === 'good' ? memory.successes + 1 : 0,
    failingSince: judgement.verdict === 'failed' ? (memory.failingSince ?? at) : null,
    reason: judgement.verdict === 'good' ? null : judgement.reason,
  };
}

/** When the status changed within the flapping window that ends at `at`. */
function changesWithin({ connection, policy }: IntegrationContext, at: number): readonly number[] {
  return connection.changes.filter((time) => time > at - policy.connection.flapsWindowMs && time <= at);
}

function isFlapping(context: IntegrationContext, at: number): boolean {
  return changesWithin(context, at).length > context.policy.connection.flapsMax;
}

const noReason: Reason = { code: 'unknown', message: 'No reason is known.' };

const connectionSetup = foundation.extend({
  actions: {
    noteReport: assign(({ context, event }, { report }: { report: ProbeReport }) => ({
      connection: {
        ...noteJudgement(context.connection, judge(report, context.policy.connection), timeOf(event)),
        report,
      },
    })),
    noteProbeFailure: assign(({ context, event }, { error }: { error: Reason }) => ({
      connection: noteJudgement(context.connection, { verdict: 'failed', reason: error }, timeOf(event)),
    })),
    noteStale: foundation.assign(({ context, event }) => {
      const message = `A probe has had no answer for ${context.policy.connection.staleAfterMs} ms.`;
      const judgement: Judgement = { verdict: 'degraded', reason: { code: 'stale', message } };
      return { connection: noteJudgement(context.connection, judgement, timeOf(event)) };
    }),
    notePluginLost: foundation.assign(({ context, event }) => ({
      connection: { ...context.connection, pluginLostAt: context.connection.pluginLostAt ?? timeOf(event) },
    })),
    notePluginAnswered: foundation.assign(({ context, event }) => ({
      connection: { ...context.connection, pluginLostAt: null },
      synchronization: { ...context.synchronization, ...noteAnswered(context, timeOf(event)) },
    })),
    noteChange: foundation.assign(({ context, event }) => ({
      connection: {
        ...context.connection,
        since: timeOf(event),
        changes: [...changesWithin(context, timeOf(event)), timeOf(event)].slice(
          -2 * context.policy.connection.flapsMax,
        ),
      },
    })),
    noteFlapping: foundation.assign(({ context, event }) => {
      const count = changesWithin(context, timeOf(event)).length;
      const message = `The connection changed ${count} times within ${context.policy.connection.flapsWindowMs} ms.`;
      return { connection: { ...context.connection, reason: { code: 'flapping', message } } };
    }),
    tellJudged: foundation.raise(({ event }) => ({ type: 'probe.judged', at: timeOf(event) })),
    tellEstablished: foundation.raise(({ event }) => ({ type: 'connection.established', at: timeOf(event) })),
    tellDegraded: foundation.raise(({ context, event }) => ({
      type: 'connection.degraded',
      at: timeOf(event),
      reason: context.connection.reason ?? noReason,
    })),
    tellLost: foundation.raise(({ context, event }) => ({
      type: 'connection.lost',
      at: timeOf(event),
      reason: context.connection.reason ?? noReason,
    })),
  },
  guards: {
    isDown: ({ context }) => context.connection.failures >= context.policy.connection.failuresToDisconnect,
    hasJustFailed: ({ context }) => context.connection.failures === context.policy.connection.failuresToDisconnect,
    isDegraded: ({ context }) => context.connection.failures === 0 && context.connection.reason !== null,
    isGood: ({ context }) => context.connection.successes >= context.policy.connection.successesToConnect,
    isFlapping: ({ context, event }) =>
      context.connection.successes >= context.policy.connection.successesToConnect &&
      isFlapping(context, timeOf(event)),
  },
  delays: {
    probeDue: ({ context }) => {
      const { failures, successes } = context.connection;
      const { probeEveryMs, successesToConnect, backoff } = context.policy.connection;
      // A refused password is not tried again at the usual pace: it would lock the account out.
      if (isRefusal(context.connection.reason)) return Math.max(backoff.maxMs, probeEveryMs);
      const doubtful: Backoff = { initialMs: backoff.initialMs, maxMs: Math.min(backoff.maxMs, probeEveryMs) };
      if (failures > 0) return backoffMs(backoff, failures - 1, context.id);
      // Until a recovery is confirmed the next probe comes soon; afterwards at the steady pace.
      return successes < successesToConnect ? backoffMs(doubtful, 0, context.id) : probeEveryMs;
    },
    probeStale: ({ context }) => context.policy.connection.staleAfterMs,
  },
});

export const connectionRegion = connectionSetup.createStateConfig({
  type: 'parallel',
  states: {
    status: {
      initial: 'disconnected',
      states: {
        disconnected: {
          on: {
            'probe.judged': [
              { guard: 'isFlapping', target: 'warning', actions: ['noteFlapping'] },
              { guard: 'isGood', target: 'connected' },
              { guard: 'isDegraded', target: 'warning' },
              // A connection that never was is told as lost, once, after as many failures.
              { guard: 'hasJustFailed', actions: ['tellLost'] },
            ],
          },
        },
        connected: {
          entry: ['noteChange', 'tellEstablished'],
          on: {
            'probe.judged': [
              { guard: 'isDown', target: 'lost' },
              { guard: 'isDegraded', target: 'warning' },
            ],
          },
        },
        warning: {
          entry: ['noteChange', 'tellDegraded'],
          on: {
            'probe.judged': [
              { guard: 'isDown', target: 'lost' },
              { guard: 'isFlapping', actions: ['noteFlapping'] },
              { guard: 'isGood', target: 'connected' },
              { guard: 'isDegraded', actions: ['tellDegraded'] },
            ],
          },
        },
        /** Passed through, so that a loss is told once, on the way. */
        lost: { entry: ['noteChange', 'tellLost'], always: 'disconnected' },
      },
    },
    probing: {
      initial: 'asking',
      on: {
        'plugin.lost': { actions: ['notePluginLost'] },
        'plugin.answered': { actions: ['notePluginAnswered'] },
      },
      states: {
        waiting: { after: { probeDue: 'asking' } },
        asking: {
          invoke: {
            id: 'probe',
            src: 'probe',
            input: ({ context }) => ({ integration: context.id }),
            onDone: {
              target: 'waiting',
              actions: [{ type: 'noteReport', params: ({ event }) => ({ report: event.output }) }, 'tellJudged'],
            },
            onError: {
              target: 'waiting',
              actions: [
                { type: 'noteProbeFailure', params: ({ event }) => ({ error: reasonOf(event.error) }) },
                'tellJudged',
              ],
            },
          },
          after: { probeStale: { target: 'waiting', actions: ['noteStale', 'tellJudged'] } },
        },
      },
    },
  },
});

/** The connection alone, to run, draw and test. */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection@1',
  context: ({ input }) => newMemory(input),
  ...connectionRegion,
});
