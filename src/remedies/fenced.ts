/** Puts the lock of a component around a remedy. */
import { type ComponentLock, withComponent } from './component-lock.ts';
import { componentSchema } from './component-name.ts';
import type { Remedy } from './remedy.ts';

export interface FencedOptions {
  readonly lock: ComponentLock;
  /** The configured `component` of the remedy, or else its name. */
  readonly component: string;
  /** How long the component stays taken if this process dies in the middle. @default 30000 */
  readonly expiresAfterMs?: number;
  /** How long to wait for another holder before the use is refused. @default 0 */
  readonly waitMs?: number;
}

/**
 * The same remedy, which acts on its component only while nobody else does. Asking whether a use was done takes no lock:
 * it changes nothing.
 */
export function fenced(remedy: Remedy, options: FencedOptions): Remedy {
  const { lock, expiresAfterMs = 30_000, waitMs = 0 } = options;
  const component = componentSchema.parse(options.component);
  return {
    act(use) {
      const { fencingToken, signal } = use;
      const holder = `${use.rung} of ${use.integration}`;
      return withComponent(lock, { component, fencingToken, holder, expiresAfterMs, waitMs, signal }, (lost) =>
        remedy.act({ ...use, signal: AbortSignal.any([signal, lost]) }),
      );
    },
    wasDone: (use) => remedy.wasDone(use),
  };
}
