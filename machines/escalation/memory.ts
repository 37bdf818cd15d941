/** What the ladder remembers: the incident that is open, what was tried, and what past incidents taught. */
import type { Diagnosis, Reason } from '../events.ts';
import type { Incident, IncidentRecord, Lessons } from './incident.ts';

/** The right to act on what a rung touches, as it was asked for at the fleet. */
export interface Claim {
  /** Never given twice. */
  readonly id: string;
  readonly askedAt: number;
}

/** Whether a person has agreed to the chosen rung. */
export interface Approval {
  readonly rung: string;
  readonly askedAt: number;
  /** Null while nobody has answered. */
  readonly by: string | null;
}

export interface EscalationMemory {
  /** How many incidents there were: gives each its id. */
  readonly incidents: number;
  readonly incident: Incident | null;
  /** Newest last; bounded. */
  readonly past: readonly IncidentRecord[];
  readonly lessons: Lessons;
  readonly diagnosis: Diagnosis | null;
  /** When the evidence behind it was gathered. */
  readonly diagnosedAt: number;
  /** The chosen rung, and when it may act. */
  readonly rung: string | null;
  readonly readyAt: number;
  /** Why the chosen rung does not act although its time has come; null when nothing stands in its way. */
  readonly waitsFor: Reason | null;
  readonly approval: Approval | null;
  /** How often a claim was asked for: gives each its id. */
  readonly claims: number;
  readonly claim: Claim | null;
  /** Tries by rung since the ladder was reset. */
  readonly attempts: { readonly [rung: string]: number };
  /** Uses by rung within its budget window; bounded by the budgets. */
  readonly uses: { readonly [rung: string]: readonly number[] };
  /** Rungs that are out of the question in this incident, with the reason: nobody agreed, or too much would be touched. */
  readonly declined: { readonly [rung: string]: string };
  /** Why rungs were passed over at the last choice. */
  readonly skipped: { readonly [rung: string]: string };
  /** The signature that people were told of last in this incident. */
  readonly told: string | null;
  readonly quarantine: { readonly since: number; readonly reason: Reason; readonly probes: number } | null;
}

export const newEscalation: EscalationMemory = {
  incidents: 0,
  incident: null,
  past: [],
  lessons: {},
  diagnosis: null,
  diagnosedAt: 0,
  rung: null,
  readyAt: 0,
  waitsFor: null,
  approval: null,
  claims: 0,
  claim: null,
  attempts: {},
  uses: {},
  declined: {},
  skipped: {},
  told: null,
  quarantine: null,
};
