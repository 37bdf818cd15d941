/** The limits of a synchronization, all with defaults. */

export interface SyncLimits {
  /** Writes in flight at once; never more than the target's own bound. @default 8 */
  readonly pageConcurrency: number;
  /** Pages of a walk that are applied side by side; each may be walked again after a crash. @default 2 */
  readonly pagesInFlightMax: number;
  /** How long a run may go without writing its checkpoint while nothing changes, milliseconds. @default 500 */
  readonly checkpointEveryMs: number;
  /** Read-back requests, and second looks into the source, in flight at once; never above the side's own bound. @default 4 */
  readonly readConcurrency: number;
  /** Largest share of a type that one run may delete. 0 forbids deletes. Raising it for one run is the approval. @default 0.05 */
  readonly deleteShareMax: number;
  /**
   * Largest number of entities of a type that one run may delete; the smaller of share and number counts, but one
   * delete is always allowed unless either is 0: 5 % of a set under 20 would forbid every delete. @default 50
   */
  readonly deleteCountMax: number;
  /** How many keys a proof names under each heading. @default 20 */
  readonly exampleCountMax: number;
  /** How many rejected records a result lists; the index keeps all of them. @default 100 */
  readonly rejectedMax: number;
  /** How often a run may mend what its proof finds and prove again. @default 2 */
  readonly repairRoundsMax: number;
  /** How many differences of one sort a round may mend; more than that is left to a full run. @default 1000 */
  readonly repairCountMax: number;
  /** How often one walk may start again after `SW_WALK_INCOMPLETE` before the run ends. @default 2 */
  readonly walkRestartsMax: number;
  /** Pages after which a walk is taken for endless. @default 100000 */
  readonly walkPagesMax: number;
  /** Age of a checkpoint, in milliseconds, beyond which a run starts from the beginning. @default 21600000 (6 h) */
  readonly resumeAgeMsMax: number;
  /** How many decisions a result lists. @default 50 */
  readonly decisionsMax: number;
  /** Largest share of the entities of a type that may be rejected in a run that still counts as a success. @default 0 */
  readonly rejectedShareMax: number;
  /** When content that was refused is offered again: doubling pauses, milliseconds. @default 15 min to 24 h */
  readonly rejectedRetry: { readonly initialMs: number; readonly maxMs: number };
  /** The share that one sampled proof reads back; after `1 / sampleShare` proofs everything was. @default 0.1 */
  readonly sampleShare: number;
  /** Records that must still be visible before anything is deleted, per kind. @default 5 */
  readonly visibilityChecks: number;
}

const defaults: SyncLimits = {
  pageConcurrency: 8,
  pagesInFlightMax: 2,
  checkpointEveryMs: 500,
  readConcurrency: 4,
  deleteShareMax: 0.05,
  deleteCountMax: 50,
  exampleCountMax: 20,
  rejectedMax: 100,
  repairRoundsMax: 2,
  repairCountMax: 1000,
  walkRestartsMax: 2,
  walkPagesMax: 100_000,
  resumeAgeMsMax: 6 * 60 * 60 * 1000,
  decisionsMax: 50,
  rejectedShareMax: 0,
  rejectedRetry: { initialMs: 15 * 60 * 1000, maxMs: 24 * 60 * 60 * 1000 },
  sampleShare: 0.1,
  visibilityChecks: 5,
};

/** The given limits, completed by the defaults. */
export function withDefaultLimits(limits: Partial<SyncLimits> = {}): SyncLimits {
  return { ...defaults, ...limits };
}
