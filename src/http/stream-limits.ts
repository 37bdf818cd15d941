/** The limits of the event stream, each with its default. */
export interface StreamLimits {
  /** Shortest time between two views of one integration. @default 250, four a second */
  readonly viewEveryMs: number;
  /** Pause between two comments that keep the line alive. @default 15_000 */
  readonly heartbeatMs: number;
  /** Most bytes that wait for a slow reader; then it is dropped, and comes back with its last number. @default 4 MiB */
  readonly backlogBytesMax: number;
  /** Most steps that are made up for after a reconnection; what lies further back is told as a gap. @default 1_000 */
  readonly replayStepsMax: number;
  /** Most readers at once. @default 64 */
  readonly readersMax: number;
}

export const defaultStreamLimits: StreamLimits = {
  viewEveryMs: 250,
  heartbeatMs: 15_000,
  backlogBytesMax: 4 * 1024 * 1024,
  replayStepsMax: 1_000,
  readersMax: 64,
};
