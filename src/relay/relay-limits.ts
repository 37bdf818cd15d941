/** The limits of the events relay, all with defaults. */

export interface RelayLimits {
  /** Pause after a page that ended the feed, milliseconds. @default 1000 */
  readonly pollMs: number;
  /** First pause after a failure, milliseconds; it doubles up to {@link RelayLimits.retryMsMax}. @default 500 */
  readonly retryMsMin: number;
  /** Longest pause after failures, milliseconds. @default 30000 */
  readonly retryMsMax: number;
  /** How many ids of received events are remembered. Must exceed what comes within {@link overlapMs}. @default 20000 */
  readonly recentIdsMax: number;
  /** Events that wait to be raised; above it the feed is not read, or the oldest without an entity goes. @default 10000 */
  readonly queueMax: number;
  /** How long an event may wait for its entities, milliseconds. @default 21600000 (6 h) */
  readonly missingAgeMsMax: number;
  /** How often is looked whether an entity exists by now, milliseconds. @default 5000 */
  readonly missingLookMs: number;
  /** Events being raised at once, each on an entity of its own. @default 4 */
  readonly concurrency: number;
  /** How long an earlier event may be overtaken by later ones before it counts as missing, milliseconds. @default 2000 */
  readonly reorderMs: number;
  /** How much a backfill reaches beyond its window on both sides, milliseconds: clocks differ. @default 120000 */
  readonly overlapMs: number;
  /** How often a window is asked for before it is given up; failures count only while the feed answers. @default 5 */
  readonly backfillTriesMax: number;
  /** Pages after which a backfill is taken for endless. @default 100000 */
  readonly backfillPagesMax: number;
  /** Windows that wait for their backfill; two that wait are made one above it. @default 100 */
  readonly windowsMax: number;
  /** Silence after which a source without gapless numbers is backfilled on its return, milliseconds. @default 60000 */
  readonly silenceMsMax: number;
  /** After an unclear end: how long until the target is asked whether the event was raised, milliseconds. @default 5000 */
  readonly settleMs: number;
  /** How often an event that the target refuses is offered. @default 3 */
  readonly refusedTriesMax: number;
  /** Ranges of numbers that are held as missing; above it the oldest is given up. @default 1000 */
  readonly holesMax: number;
  /** Kinds of events without a rule that are counted by name; the others together. @default 100 */
  readonly kindsCountedMax: number;
}

const defaults: RelayLimits = {
  pollMs: 1_000,
  retryMsMin: 500,
  retryMsMax: 30_000,
  recentIdsMax: 20_000,
  queueMax: 10_000,
  missingAgeMsMax: 6 * 60 * 60 * 1000,
  missingLookMs: 5_000,
  concurrency: 4,
  reorderMs: 2_000,
  overlapMs: 120_000,
  backfillTriesMax: 5,
  backfillPagesMax: 100_000,
  windowsMax: 100,
  silenceMsMax: 60_000,
  settleMs: 5_000,
  refusedTriesMax: 3,
  holesMax: 1_000,
  kindsCountedMax: 100,
};

/** The given limits, completed by the defaults. */
export function withRelayDefaults(limits: Partial<RelayLimits> = {}): RelayLimits {
  return { ...defaults, ...limits };
}
