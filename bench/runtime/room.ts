/** What happens to a cold room and what is kept of it: the vocabulary of the measured machine. */

/** What a sensor tells. `serial` grows with each reading of a room: what arrives twice changes nothing. */
export interface Reading {
  readonly type: 'reading.taken';
  readonly at: number;
  readonly serial: number;
  readonly celsius: number;
  readonly humidity: number;
  readonly volts: number;
}

export type RoomEvent =
  | Reading
  | { readonly type: 'door.opened'; readonly at: number; readonly badge: string }
  | { readonly type: 'door.closed'; readonly at: number }
  | { readonly type: 'defrost.requested'; readonly at: number; readonly by: string }
  | { readonly type: 'alarm.acknowledged'; readonly at: number; readonly by: string }
  /** Nothing listens to it. */
  | { readonly type: 'filter.inspected'; readonly at: number };

export interface RoomInput {
  readonly room: string;
  readonly at: number;
}

export interface RoomContext {
  readonly room: string;
  readonly limits: { readonly celsiusMax: number; readonly celsiusMin: number };
  readonly latest: Omit<Reading, 'type'>;
  readonly counts: { readonly readings: number; readonly openings: number; readonly alarms: number };
  readonly door: { readonly openedAt: number | null; readonly badge: string | null };
  readonly frost: { readonly litres: number; readonly cycles: number; readonly requestedBy: string | null };
  readonly acknowledgedBy: string | null;
}
