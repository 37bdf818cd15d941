/** The limits of a synchronization, all with defaults. */

export interface SyncLimits {
  /** Writes in flight at once within one page; never more than the target's own bound. @default 8 */
  readonly pageConcurrency: number;
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
}

const defaults: SyncLimits = {
  pageConcurrency: 8,
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
};

/** The given limits, completed by the defaults. */
export function withDefaultLimits(limits: Partial<SyncLimits> = {}): SyncLimits {
  return { ...defaults, ...limits };
}
