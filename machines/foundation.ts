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
  readonly severity: 'critical' | 'resolved';
  readonly reason: Reason;
}

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
      }
    >('synchronize'),
    /** Carries out one task that a person asked for. */
    task: effect<TaskAnswer, { integration: string; id: string; requestedBy: string; task: Task | null }>('task'),
    /** Compares the counts of both sides. */
    check: effect<Proof, { integration: string }>('check'),
    /** Gathers evidence about a deviation and tells which rungs can help. */
    diagnose: effect<Diagnosis, { integration: string; because: Reason; rungs: readonly string[] }>('diagnose'),
    /** Carries out the remedy of a rung. */
    remedy: effect<{ message: string }, { integration: string; rung: string; remedy: string; attempt: number }>(
      'remedy',
    ),
  },
  actions: {
    decide: (_, _decision: Decision) => {},
    page: (_, _page: Page) => {},
  },
});
