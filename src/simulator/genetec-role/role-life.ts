/** What a role remembers from its activation to its deactivation, and no longer. */
import type { ProxyConnection } from './proxy-link.ts';

/** One activation of the role. */
export interface RoleLife {
  readonly startedAt: number;
  readonly ended: AbortController;
  readonly done: Promise<void>;
  connection: ProxyConnection | null;
  connections: number;
  /** Whether the proxy says that it reaches SiPass. */
  reachesSipass: boolean;
  /** Work waits for its turn: what changes during a full synchronization is written after it. */
  turn: Promise<void>;
}
