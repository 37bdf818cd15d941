/**
 * The events that are sent, the same for everything that is measured: event `n` goes to one of the rooms in turn.
 *
 * Of 100 events 79 are readings (about one in five of them moves the climate, a few raise an alarm), 6 are readings that
 * come twice and change nothing, 8 open or close the door, 3 ask for a defrosting, 2 acknowledge an alarm, and 2 are
 * facts that nothing listens to.
 */
import type { RoomEvent, RoomInput } from './room.ts';

export interface Traffic {
  /** Input with which a room is started. */
  input(key: string): RoomInput;
  /** Name of the room to which event `n` goes. */
  key(n: number): string;
  event(n: number): RoomEvent;
}

export interface TrafficOptions {
  readonly rooms: number;
  /**
   * Epoch milliseconds of the first events. Timers are set from the times of events: were these in the past, the timers
   * would fire into the load.
   * @default now
   */
  readonly firstAt?: number;
  /**
   * Whether defrostings are asked for. Each is followed by a second step, its outcome, which is committed too but not
   * counted as an event that was sent.
   * @default true
   */
  readonly defrosts?: boolean;
}

export function trafficOf({ rooms, firstAt = Date.now(), defrosts = true }: TrafficOptions): Traffic {
  const keys = Array.from({ length: rooms }, (_, index) => `room-${String(index).padStart(5, '0')}`);
  return {
    input: (room) => ({ room, at: firstAt }),
    key: (n) => keys[n % rooms] as string, // there are as many keys as rooms
    event: (n) => eventOf({ room: n % rooms, turn: Math.floor(n / rooms), firstAt, defrosts }),
  };
}

interface Moment {
  /** Index of the room. */
  readonly room: number;
  /** How many events it has had. */
  readonly turn: number;
  readonly firstAt: number;
  readonly defrosts: boolean;
}

function eventOf({ room, turn, firstAt, defrosts }: Moment): RoomEvent {
  const dice = mixed(room * 7919 + turn) % 100;
  const at = firstAt + turn * 1_000;
  if (dice < 79 || turn === 0) return readingOf(room, turn, at);
  if (dice < 85) return readingOf(room, turn - 1, at);
  if (dice < 89) return { type: 'door.opened', at, badge: `badge-${mixed(turn) % 400}` };
  if (dice < 93) return { type: 'door.closed', at };
  if (dice < 96 && defrosts) return { type: 'defrost.requested', at, by: 'schedule' };
  if (dice < 98) return { type: 'alarm.acknowledged', at, by: `operator-${room % 7}` };
  return { type: 'filter.inspected', at };
}

function readingOf(room: number, turn: number, at: number): RoomEvent {
  const noise = mixed(room + turn * 104_729);
  // Around 4 degrees with an excursion now and then; the limits of the machine are 2 and 6.
  const excursion = noise % 11 === 0 ? 3 + (noise % 5) : noise % 13 === 0 ? -2.5 : 0;
  return {
    type: 'reading.taken',
    at,
    serial: turn + 1,
    celsius: Math.round((4 + excursion + (noise % 150) / 100) * 10) / 10,
    humidity: 55 + (noise % 20),
    volts: Math.round((2.9 + (noise % 30) / 100) * 100) / 100,
  };
}

/** A number from 0 to 2^32-1 that looks random and is always the same for the same `value`. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
