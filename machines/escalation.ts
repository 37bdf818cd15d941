/** The ladder: a deviation is confirmed, diagnosed, and met with the mildest remedy that can help, up to a person. */
import { assign } from 'xstate';
import { backoffMs } from './backoff.ts';
import { type EscalationMemory, type IntegrationContext, newMemory } from './context.ts';
import { timeOf } from './effect.ts';
import type { Diagnosis, IntegrationEvent, Reason } from './events.ts';
import { foundation } from './foundation.ts';
import { isRefusal, reasonOf } from './reason.ts';
import { isProgressing } from './run.ts';
import { chooseRung, currentRung, usesWithin } from './rungs.ts';

function change(context: IntegrationContext, part: Partial<EscalationMemory>) {
  return { escalation: { ...context.escalation, ...part } };
}

/** The reason of the fact that made the ladder look. */
function deviationOf(event: IntegrationEvent): Reason {
  if ('reason' in event && typeof event.reason === 'object') return event.reason;
  if (event.type === 'plugin.lost') return { code: 'plugin-lost', message: event.message };
  return { code: event.type, message: 'Something deviates.' };
}

function openIncident(context: IntegrationContext, event: IntegrationEvent): Partial<EscalationMemory> {
  const incidents = context.escalation.incidents + 1;
  const because = deviationOf(event);
  const id = `incident-${incidents}`;
  return { incidents, incident: { id, openedAt: timeOf(event), because }, diagnosis: null, rung: null, skipped: {} };
}

function noteUse(context: IntegrationContext, at: number): Partial<EscalationMemory> {
  const rung = currentRung(context);
  if (rung === null) return {};
  const { attempts, uses } = context.escalation;
  return {
    attempts: { ...attempts, [rung.id]: (attempts[rung.id] ?? 0) + 1 },
    uses: { ...uses, [rung.id]: [...usesWithin(context, rung, at), at] },
  };
}

/** Why the ladder ends: what was diagnosed when nothing can help, or that everything allowed was tried. */
function endReason(context: IntegrationContext): Reason {
  const { diagnosis, skipped } = context.escalation;
  if (diagnosis && diagnosis.rungs.length === 0) return { code: diagnosis.signature, message: diagnosis.message };
  const details = Object.entries(skipped).map(([rung, why]) => `${rung} ${why}`);
  return { code: 'exhausted', message: `No rung is left: ${details.join('; ')}.` };
}

const escalationSetup = foundation.extend({
  actions: {
    openIncident: foundation.assign(({ context, event }) => change(context, openIncident(context, event))),
    closeIncident: foundation.assign(({ context }) =>
      change(context, { incident: null, diagnosis: null, rung: null, quarantine: null, skipped: {} }),
    ),
    noteDiagnosis: assign(({ context }, { diagnosis }: { diagnosis: Diagnosis }) => change(context, { diagnosis })),
    noteNoDiagnosis: assign(({ context }, { message }: { message: string }) => {
      const rungs = context.policy.ladder.rungs.map((rung) => rung.id);
      return change(context, { diagnosis: { signature: 'unknown', message, rungs, evidence: {} } });
    }),
    choose: foundation.assign(({ context, event }) => {
      const { rung, readyAt, skipped } = chooseRung(context, timeOf(event));
      return change(context, { rung: rung?.id ?? null, readyAt, skipped });
    }),
    postpone: foundation.assign(({ context, event }) =>
      change(context, { readyAt: timeOf(event) + context.policy.ladder.recheckMs }),
    ),
    noteUse: foundation.assign(({ context, event }) => change(context, noteUse(context, timeOf(event)))),
    resetAttempts: foundation.assign(({ context }) => change(context, { attempts: {} })),
    enterQuarantine: foundation.assign(({ context, event }) => {
      const before = context.escalation.quarantine;
      const reason = endReason(context);
      return change(context, {
        rung: null,
        quarantine: { since: before?.since ?? timeOf(event), reason, probes: before ? before.probes + 1 : 0 },
      });
    }),
    tellRequested: foundation.raise(({ context, event }) => ({
      type: 'synchronization.requested',
      at: timeOf(event),
      mode: currentRung(context)?.mode ?? 'delta',
      requestedBy: 'ladder',
    })),
  },
  guards: {
    isExhausted: ({ event }) => event.type === 'synchronization.interrupted' && event.exhausted,
    /** Slow, flapping and stale connections are watched, not treated: yellow alone is no reason to act. */
    isSerious: ({ event }) => event.type === 'connection.degraded' && isRefusal(event.reason),
    hasRung: ({ context }) => context.escalation.rung !== null,
    mustWait: ({ context }) => context.holds.length > 0 || isProgressing(context),
    isProgressing: ({ context }) => isProgressing(context),
    needsRemedy: ({ context }) => currentRung(context)?.remedy !== 'synchronize',
    isNewQuarantine: ({ context }) => context.escalation.quarantine?.reason.code !== endReason(context).code,
    isQuarantined: ({ context }) => context.escalation.quarantine !== null,
  },
  delays: {
    confirm: ({ context }) => context.policy.ladder.confirmMs,
    diagnoseTimeout: ({ context }) => context.policy.ladder.diagnoseTimeoutMs,
    reset: ({ context }) => context.policy.ladder.resetAfterMs,
    rungReady: ({ context, event }) => Math.max(0, context.escalation.readyAt - timeOf(event)),
    rungTimeout: ({ context }) => currentRung(context)?.timeoutMs ?? 0,
    settled: ({ context }) => currentRung(context)?.settleMs ?? 0,
    proofTimeout: ({ context }) => currentRung(context)?.proofTimeoutMs ?? 0,
    slowProbe: ({ context }) =>
      backoffMs(context.policy.ladder.quarantineProbe, context.escalation.quarantine?.probes ?? 0, context.id),
  },
});

const decideRecovered = {
  type: 'decide',
  params: ({ context }: { context: IntegrationContext }) => ({
    what: 'The incident is over.',
    because: 'Source and target were proven equal.',
    evidence: { incident: context.escalation.incident?.id ?? null, rung: context.escalation.rung },
  }),
} as const;

const pageRecovered = {
  type: 'page',
  params: ({ context }: { context: IntegrationContext }) => ({
    integration: context.id,
    severity: 'resolved' as const,
    reason: { code: 'recovered', message: 'Source and target were proven equal; the quarantine is over.' },
  }),
} as const;

/** Proof ends an incident from wherever the ladder stands; whoever was paged hears of it. */
const recovery = {
  'synchronization.succeeded': [
    { guard: 'isQuarantined', target: 'watching', actions: [decideRecovered, pageRecovered, 'closeIncident'] },
    { target: 'watching', actions: [decideRecovered, 'closeIncident'] },
  ],
} as const;

const open = { target: 'confirming', actions: ['openIncident'] } as const;

export const escalationRegion = escalationSetup.createStateConfig({
  initial: 'watching',
  states: {
    watching: {
      after: { reset: { actions: ['resetAttempts'] } },
      on: {
        'connection.lost': open,
        'connection.degraded': { guard: 'isSerious', ...open },
        'synchronization.incomplete': open,
        'synchronization.stalled': open,
        'synchronization.interrupted': { guard: 'isExhausted', ...open },
        'plugin.lost': open,
      },
    },
    confirming: { after: { confirm: 'diagnosing' }, on: recovery },
    diagnosing: {
      invoke: {
        id: 'diagnose',
        src: 'diagnose',
        input: ({ context }) => ({
          integration: context.id,
          because: context.escalation.incident?.because ?? { code: 'unknown', message: 'Nothing is known.' },
          rungs: context.policy.ladder.rungs.map((rung) => rung.id),
        }),
        onDone: {
          target: 'choosing',
          actions: [{ type: 'noteDiagnosis', params: ({ event }) => ({ diagnosis: event.output }) }],
        },
        onError: {
          target: 'choosing',
          actions: [{ type: 'noteNoDiagnosis', params: ({ event }) => ({ message: reasonOf(event.error).message }) }],
        },
      },
      after: {
        diagnoseTimeout: {
          target: 'choosing',
          actions: [{ type: 'noteNoDiagnosis', params: { message: 'No diagnosis came in time.' } }],
        },
      },
      on: recovery,
    },
    choosing: {
      entry: ['choose'],
      always: [
        {
          guard: 'hasRung',
          target: 'waiting',
          actions: [
            {
              type: 'decide',
              params: ({ context }) => ({
                what: `Next: ${currentRung(context)?.title ?? 'nothing'}.`,
                because: context.escalation.diagnosis?.message ?? 'No diagnosis.',
                evidence: {
                  signature: context.escalation.diagnosis?.signature ?? null,
                  readyAt: context.escalation.readyAt,
                  skipped: context.escalation.skipped,
                },
              }),
            },
          ],
        },
        {
          guard: 'isNewQuarantine',
          target: 'quarantined',
          actions: [
            {
              type: 'decide',
              params: ({ context }) => ({
                what: 'Quarantine: a person is paged, and nothing is restarted.',
                because: endReason(context).message,
                evidence: context.escalation.diagnosis?.evidence ?? {},
              }),
            },
            {
              type: 'page',
              params: ({ context }) => ({
                integration: context.id,
                severity: 'critical' as const,
                reason: endReason(context),
              }),
            },
            'enterQuarantine',
          ],
        },
        { target: 'quarantined', actions: ['enterQuarantine'] },
      ],
    },
    waiting: {
      after: {
        rungReady: [
          { guard: 'mustWait', target: 'waiting', reenter: true, actions: ['postpone'] },
          { guard: 'needsRemedy', target: 'acting', actions: ['noteUse'] },
          { target: 'proving', actions: ['noteUse'] },
        ],
      },
      on: recovery,
    },
    acting: {
      invoke: {
        id: 'remedy',
        src: 'remedy',
        input: ({ context }) => ({
          integration: context.id,
          rung: context.escalation.rung ?? '',
          remedy: currentRung(context)?.remedy ?? '',
          attempt: context.escalation.attempts[context.escalation.rung ?? ''] ?? 0,
        }),
        onDone: {
          target: 'settling',
          actions: [
            {
              type: 'decide',
              params: ({ context, event }) => ({
                what: `Done: ${currentRung(context)?.title ?? 'nothing'}.`,
                because: event.output.message,
                evidence: { rung: context.escalation.rung, done: true },
              }),
            },
          ],
        },
        onError: {
          target: 'diagnosing',
          actions: [
            {
              type: 'decide',
              params: ({ context, event }) => ({
                what: `Failed: ${currentRung(context)?.title ?? 'nothing'}.`,
                because: reasonOf(event.error).message,
                evidence: { rung: context.escalation.rung, done: false },
              }),
            },
          ],
        },
      },
      after: {
        rungTimeout: {
          target: 'diagnosing',
          actions: [
            {
              type: 'decide',
              params: ({ context }) => ({
                what: `Given up: ${currentRung(context)?.title ?? 'nothing'}.`,
                because: 'It did not finish in its time.',
                evidence: { rung: context.escalation.rung, done: false },
              }),
            },
          ],
        },
      },
    },
    settling: { after: { settled: 'proving' }, on: recovery },
    proving: {
      entry: ['tellRequested'],
      after: {
        proofTimeout: [{ guard: 'isProgressing', target: 'proving', reenter: true }, { target: 'diagnosing' }],
      },
      on: {
        ...recovery,
        'synchronization.incomplete': 'diagnosing',
        'synchronization.stalled': 'diagnosing',
        'synchronization.interrupted': { guard: 'isExhausted', target: 'diagnosing' },
        'plugin.lost': 'diagnosing',
      },
    },
    quarantined: {
      after: { slowProbe: { target: 'diagnosing', actions: ['resetAttempts'] } },
      on: {
        ...recovery,
        'connection.established': { target: 'diagnosing', actions: ['resetAttempts'] },
        'release.requested': { target: 'diagnosing', actions: ['resetAttempts'] },
      },
    },
  },
});

/** The ladder alone, to run, draw and test. */
export const escalationMachine = escalationSetup.createMachine({
  id: 'escalation@1',
  context: ({ input }) => newMemory(input),
  ...escalationRegion,
});
