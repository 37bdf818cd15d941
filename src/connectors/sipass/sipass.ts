/** SiPass as both sources at once: entities and events over one session. */
import type { Source } from '../connector.ts';
import type { EventSource } from '../events.ts';
import { createSipassEventSource, type SipassEventOptions } from './event-source.ts';
import { createHrApi } from './hr-api.ts';
import { sipassOptionsSchema } from './options.ts';
import { type SipassSourceOptions, sourceOver } from './source.ts';

/** Two views of one session; closing the source ends it for both. */
export interface Sipass {
  readonly source: Source;
  readonly events: EventSource;
}

/** Opens nothing yet: the first call logs in. @throws as `createSipassSource` */
export function createSipass(
  { clock, onLimit, ...options }: SipassSourceOptions,
  eventOptions: SipassEventOptions = {},
): Sipass {
  const settings = sipassOptionsSchema.parse(options);
  const api = createHrApi(settings, clock, onLimit);
  return { source: sourceOver(api, settings, clock), events: createSipassEventSource(api, eventOptions) };
}
