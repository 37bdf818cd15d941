/** What the watcher of an integration is made of. */
import type { Source } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { CompatiblePair } from '../core/compatibility.ts';
import type { Owned } from './owned-entities.ts';
import type { RoleWatch } from './role-watch.ts';
import type { Counts } from './vendor-counts.ts';

export interface BesideParts {
  readonly source: Source;
  readonly watch: RoleWatch;
  /** Asks the Web SDK whether it is well; answers its latency and the version of the main server. */
  readonly ping: (signal: AbortSignal) => Promise<{ readonly latencyMs: number; readonly version: string | null }>;
  /** What SiPass must yield by the vendor's rules. */
  readonly readExpected: (signal: AbortSignal) => Promise<Counts>;
  readonly readOwned: (signal: AbortSignal) => Promise<Owned>;
  readonly compatible: readonly CompatiblePair[];
  readonly countEveryMs: number;
  readonly quietMs: number;
  readonly close: () => Promise<void>;
  readonly clock: Clock;
}
