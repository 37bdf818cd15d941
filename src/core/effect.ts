/** The closed union of what a step asks the shell to do. Plain JSON; the shell decides nothing, it carries out. */
import type { Execution, PendingAction, Timer } from './record.ts';

export type Effect =
  /** Start the executor named by `src`, or its next attempt; its result answers the execution's id. */
  | { readonly kind: 'execute'; readonly child: string; readonly execution: Execution }
  /** The execution is no longer wanted: abort it; whatever it answers is stale. */
  | { readonly kind: 'abort'; readonly child: string; readonly execution: Execution }
  /** Carry out a named action at least once. */
  | { readonly kind: 'act'; readonly token: string; readonly action: PendingAction }
  | { readonly kind: 'set-timer'; readonly id: string; readonly timer: Timer }
  | { readonly kind: 'cancel-timer'; readonly id: string; readonly timer: Timer };

/** Whether it ends what an earlier effect began, and begins nothing. */
export const isEnding = ({ kind }: Effect): boolean => kind === 'abort' || kind === 'cancel-timer';
