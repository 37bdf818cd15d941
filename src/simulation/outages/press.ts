/** One press of a button by one of the people of the site. */
import type { OutsideEvent } from '../../../machines/events.ts';
import type { FleetEvent } from '../../../machines/index.ts';

type Sent<Event> = Event extends { readonly at: number } ? Omit<Event, 'at'> : never;

/** An event for an integration, or for the fleet. */
export interface Press {
  readonly key: string;
  readonly event: Sent<OutsideEvent> | Sent<FleetEvent>;
}
