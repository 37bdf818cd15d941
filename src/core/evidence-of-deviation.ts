/** What is found out about a deviation before anything is done about it. */
import type { ProbeReport, Reason } from '../../machines/events.ts';

/** The members that the needs of rungs look at (`plugin`, `sourceReachable`, `targetReachable`) keep their names. */
export interface Evidence {
  /** The fact that opened the incident. */
  readonly because: Reason;
  /** Why the last run did not succeed, as the code of a result or of an error; null when nothing stands against it. */
  readonly lastRun: Reason | null;
  /** Whether the plugin's host process runs and answers. */
  readonly plugin: { readonly running: boolean; readonly answering: boolean };
  /** What the plugin's own probe says now; null when it gave no answer. */
  readonly probe: ProbeReport | null;
  /** Why it gave none, where the host says so. */
  readonly probeFailure: Reason | null;
  /** Whether a plain connection from the supervisor reaches the address of each side. */
  readonly sourceReachable: boolean;
  readonly targetReachable: boolean;
  /** Whether the machine of the source answers at all, be it with a refusal; null when that cannot be told. */
  readonly sourceHostAnswers: boolean | null;
  /** Addresses of other integrations: how many were asked, and how many of them can be reached. */
  readonly others: { readonly asked: number; readonly reachable: number };
  /** Room in the plugin's data directory, bytes, and the least that it should have; null when it is not known. */
  readonly disk: { readonly freeBytes: number; readonly freeBytesMin: number } | null;
}
