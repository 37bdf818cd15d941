/** What the three regions share: context, events, the effects they may start, and the two actions seen from outside. */
import { setup } from 'xstate';
import type { IntegrationContext, IntegrationInput } from './context.ts';
import { effect } from './effect.ts';
import type { Diagnosis, IntegrationEvent, Mode, ProbeReport, Proof, Reason, RunOutcome } from './events.ts';
import type { Task } from './task.ts';

/** A choice with its reason, recorded for people by the step. */
export interface Decision {
  readonly what: string;
  readonly because: string;
  readonly evidence?: { readonly [name: string]: unknown };
}

/** What a task answers; a proof that it made is told to the synchronization. */
export interface TaskAnswer {
  readonly result: { readonly [member: string]: unknown };
  readonly proof: Proof | null;
}

/** A message that must reach a person. */
export interface Page {
  readonly integration: string;
  readonly at: number;
  readonly kind:
    | 'incident-opened'
    | 'reason-changed'
    | 'quarantined'
    | 'approval-needed'
    | 'step-needed'
    | 'remedy-hangs'
    | 'recovered';
  readonly severity: 'info' | 'warning' | 'critical' | 'resolved';
  readonly title: string;
  readonly reason: Reason;
  readonly incident: string | null;
  /** What happens next, as a sentence; null when nothing does. */
  readonly next: string | null;
}

/** That the integration deviates, or is well again: what the fleet tells storms from single faults by. */
export interface Condition {
  readonly integration: string;
  readonly at: number;
  /** Null when it is well. */
  readonly because: Reason | null;
}

/** That what a claim was granted for is over, or is not wanted any more. */
export interface Release {
  readonly claim: string;
  readonly at: number;
  readonly outcome: 'done' | 'failed' | 'given-up';
}

/** What the fleet answers a claim. */
export type Verdict =
  | { readonly verdict: 'granted'; readonly message: string }
  /** The component was restarted for somebody else after the claim: that counts. */
  | { readonly verdict: 'served'; readonly message: string }
  /** A dry run: everything but the remedy. */
  | { readonly verdict: 'rehearse'; readonly message: string }
  /** Not now. */
  | { readonly verdict: 'later'; readonly reason: Reason; readonly retryAfterMs: number }
  /** Not in this incident. */
  | { readonly verdict: 'declined'; readonly message: string };

export const foundation = setup({
  types: {
    context: {} as IntegrationContext,
    events: {} as IntegrationEvent,
    input: {} as IntegrationInput,
  },
  actors: {
    /** Asks both sides over the plugin's own sessions. */
    probe: effect<ProbeReport, { integration: string }>('probe'),
    /** Runs or resumes one synchronization to its proof. */
    synchronize: effect<
      RunOutcome,
      {
        integration: string;
        runId: string;
        mode: Mode;
        types: readonly string[] | null;
        approveDeletes: boolean;
        /** `schedule`, `ladder`, or who asked. */
        requestedBy: string;
      }
    >('synchronize'),
    /** Carries out one task that a person asked for. */
    task: effect<TaskAnswer, { integration: string; id: string; requestedBy: string; task: Task | null }>('task'),
    /** Compares the counts of both sides. */
    check: effect<Proof, { integration: string }>('check'),
    /** Gathers evidence about a deviation and tells which rungs can help. */
    diagnose: effect<
      Diagnosis,
      {
        integration: string;
        /** What opened the incident, and why the synchronization stands still or ended without proof since. */
        because: Reason;
        lastRun: Reason | null;
        rungs: readonly string[];
      }
    >('diagnose'),
    /** Asks the fleet for the right to act on whatever the remedy touches; answers when there is a verdict. */
    claim: effect<
      Verdict,
      { integration: string; claim: string; rung: string; remedy: string; holdMs: number; since: number }
    >('claim'),
    /** Carries out the remedy of a rung. */
    remedy: effect<{ message: string }, { integration: string; rung: string; remedy: string; attempt: number }>(
      'remedy',
    ),
  },
  actions: {
    decide: (_, _decision: Decision) => {},
    page: (_, _page: Page) => {},
    tellCondition: (_, _condition: Condition) => {},
    release: (_, _release: Release) => {},
  },
});
