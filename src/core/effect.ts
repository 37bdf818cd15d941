/** The closed union of what a step asks the shell to do. Plain JSON; the shell decides nothing, it carries out. */
import type { Execution, PendingAction, Timer } from './record.ts';

export type Effect =
  /** Start the executor named by `src`; its result answers `execution.id`. */
  | { readonly kind: 'execute'; readonly execution: Execution }
  /** The execution is no longer wanted: abort it; whatever it answers is stale. */
  | { readonly kind: 'abort'; readonly execution: Execution }
  /** Carry out a named action at least once. */
  | { readonly kind: 'act'; readonly action: PendingAction }
  | { readonly kind: 'set-timer'; readonly timer: Timer }
  | { readonly kind: 'cancel-timer'; readonly timer: Timer };

/** One line for people: `execute probe`, `set-timer after 10 s`. */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'execute':
    case 'abort':
      return `${effect.kind} ${effect.execution.src}`;
    case 'act':
      return `act ${effect.action.type}`;
    case 'set-timer':
    case 'cancel-timer':
      return `${effect.kind} ${effect.timer.id}`;
  }
}
