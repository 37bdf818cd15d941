/** What every decision of one relay depends on besides its state. */
import type { EventSourceCapabilities } from '../connectors/events.ts';
import type { EventMapping } from './event-mapping.ts';
import type { RelayLimits } from './relay-limits.ts';

export interface RelayRules {
  readonly source: EventSourceCapabilities;
  readonly mapping: EventMapping;
  readonly limits: RelayLimits;
}
