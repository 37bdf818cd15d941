/** The limits of the embedded runtime, each with its default. */
export interface RuntimeLimits {
  /** Most steps of one instance that may wait for their commit. @default 1_000 */
  readonly mailboxMax: number;
  /** Most tries of one named action, then it is given up with a log line. @default 20 */
  readonly actionTriesMax: number;
  /** First and longest pause between the tries of an action. @default 1_000 and 60_000 */
  readonly actionRetryMs: number;
  readonly actionRetryMsMax: number;
  /** Newest stale results kept for people to see. @default 50 */
  readonly staleNotesMax: number;
}

export const defaultRuntimeLimits: RuntimeLimits = {
  mailboxMax: 1_000,
  actionTriesMax: 20,
  actionRetryMs: 1_000,
  actionRetryMsMax: 60_000,
  staleNotesMax: 50,
};
