/** What an integration remembers: one slice per region, plain JSON, and nothing that can be derived from the rest. */
import { type EscalationMemory, newEscalation } from './escalation/memory.ts';
import type { Mode, ProbeReport, Proof, Reason, RunOutcome, TypeProgress } from './events.ts';
import type { Policy } from './policy.ts';
import type { RunRequest } from './synchronization/request.ts';
import { noTasks, type TasksMemory } from './task.ts';

export interface ConnectionMemory {
  /** Probes in a row that failed, and that were good. */
  readonly failures: number;
  readonly successes: number;
  /** When the first of the failed probes failed, or the plugin was lost; null when none has. */
  readonly failingSince: number | null;
  /** Why the connection is not simply connected. */
  readonly reason: Reason | null;
  readonly since: number;
  readonly lastProbeAt: number | null;
  readonly report: ProbeReport | null;
  /** When the status changed, within the flapping window; bounded. */
  readonly changes: readonly number[];
  /** Since when the plugin's heartbeat is missing. */
  readonly pluginLostAt: number | null;
}

export interface RunMemory extends RunRequest {
  readonly id: string;
  readonly startedAt: number;
  readonly resumes: number;
  /** Interruptions in a row without progress in between. */
  readonly fruitless: number;
  readonly progress: readonly TypeProgress[];
  readonly lastProgressAt: number;
  /** The last gaps between reports of progress, newest last; bounded. */
  readonly gapsMs: readonly number[];
  readonly stalled: boolean;
}

export interface RunRecord {
  readonly id: string;
  readonly mode: Mode;
  /** The types it was limited to; null for a whole run. */
  readonly types: readonly string[] | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly written: RunOutcome['written'];
  readonly rejected: number;
}

export interface SynchronizationMemory {
  /** How many runs there were: gives each its id. */
  readonly runs: number;
  /** The run that is under way or interrupted. */
  readonly run: RunMemory | null;
  /** Asked for while a run was under way. */
  readonly pending: RunRequest | null;
  readonly reason: Reason | null;
  readonly lastRun: RunRecord | null;
  /** When a full run of all types last succeeded. */
  readonly lastFullAt: number | null;
  /** When a run of all types last began, and ended or was cancelled; when a full one of all types last began. */
  readonly wholeStartedAt: number | null;
  readonly wholeEndedAt: number | null;
  readonly fullStartedAt: number | null;
  /** The proof of the last run of all types that came to its end, with those of some types since then merged in. */
  readonly proof: Proof | null;
  /** What stands against success beside the proof since the last run of all types: a guard, rejected records. */
  readonly objection: string | null;
  /** What the last check counted. */
  readonly counts: Proof | null;
  readonly provenEqualAt: number | null;
  readonly checkStartedAt: number | null;
}

export interface Hold {
  readonly name: string;
  readonly reason: string;
  readonly placedAt: number;
}

export interface IntegrationContext {
  readonly id: string;
  readonly policy: Policy;
  readonly holds: readonly Hold[];
  readonly connection: ConnectionMemory;
  readonly synchronization: SynchronizationMemory;
  readonly escalation: EscalationMemory;
  readonly tasks: TasksMemory;
}

/** What an integration is started with. */
export interface IntegrationInput {
  readonly id: string;
  readonly policy: Policy;
  /** Epoch milliseconds of the start. */
  readonly at: number;
}

/** The memory of an integration that has not seen anything yet. */
export function newMemory({ id, policy, at }: IntegrationInput): IntegrationContext {
  return {
    id,
    policy,
    holds: [],
    connection: {
      failures: 0,
      successes: 0,
      failingSince: null,
      reason: { code: 'unknown', message: 'The connection has not been probed yet.' },
      since: at,
      lastProbeAt: null,
      report: null,
      changes: [],
      pluginLostAt: null,
    },
    synchronization: {
      runs: 0,
      run: null,
      pending: null,
      reason: null,
      lastRun: null,
      lastFullAt: null,
      wholeStartedAt: null,
      wholeEndedAt: null,
      fullStartedAt: null,
      proof: null,
      objection: null,
      counts: null,
      provenEqualAt: null,
      checkStartedAt: null,
    },
    escalation: newEscalation,
    tasks: noTasks,
  };
}
