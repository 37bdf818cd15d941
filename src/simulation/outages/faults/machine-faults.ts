/** Faults of the machine, of its disk and its clock, and remedies that do not do what they should. */
import type { Unflushed } from '../../disk/inode.ts';
import type { Mood } from '../room/remedies.ts';
import { type Fault, once, picked, type Strike } from './fault.ts';

/** What a power cut may leave of what was not flushed. */
const cuts: readonly Unflushed[] = [
  { kind: 'lost' },
  { kind: 'names' },
  { kind: 'some', names: 0b0101_0101, changes: 0b1010_1010 },
  { kind: 'some', names: 0b1010_1010, changes: 0b0101_0101 },
];

const mood =
  (of: Mood): Fault =>
  ({ room }) => {
    room.mood = of;
    return () => {
      room.mood = 'works';
    };
  };

/** The operation on the disk at which it strikes: any place of a commit, of a checkpoint, of an opening; rather soon. */
const operationOf = (strength: number) => 1 + Math.floor(strength ** 2 * 60);

/** How long the machine stays off: now and then for so long that everything that was under way is overdue. */
const offMsOf = ({ pick, lastsMs }: Strike) => (pick < 0.3 ? Math.max(5_000, lastsMs) : 5_000);

export const machineFaults = {
  'supervisor-kill': ({ room, strike }) => {
    if (strike.strength < 0.3) room.end('killed', offMsOf(strike));
    else room.stopAt(operationOf(strike.strength), { kind: 'kept' }, offMsOf(strike));
    return once;
  },
  'power-cut': ({ room, strike }) => {
    room.stopAt(operationOf(strike.strength), picked(cuts, strike.pick) ?? { kind: 'lost' }, offMsOf(strike));
    return once;
  },
  'torn-tail': ({ room, strike }) => {
    const bytes = Math.floor(strike.pick * 400);
    room.stopAt(operationOf(strike.strength), { kind: strike.pick < 0.8 ? 'torn' : 'hole', bytes });
    return once;
  },
  'disk-full': ({ room }) => {
    room.failDisk((operation) => (operation === 'write' || operation === 'open' ? 'ENOSPC' : null));
    return () => room.failDisk(null);
  },
  'fsync-error': ({ room }) => {
    let left = 2; // each flush asks twice
    room.failDisk((operation) => (operation === 'sync' && left-- > 0 ? 'EIO' : null));
    return () => room.failDisk(null);
  },
  'clock-jump': ({ room, strike }) => {
    // Now and then by half a day: it was asleep so long, or its clock ran on the time of another zone.
    const hours = (strike.strength - 0.4) * 2 * (strike.pick < 0.2 ? 12 : 1);
    const ms = Math.round(hours * 3_600_000);
    room.clock.jump(ms);
    room.witness.see({ what: 'clock-jumped', ms });
    return once;
  },
  'second-supervisor': ({ room }) => {
    void room.startSecond();
    return once;
  },
  'remedy-fails': mood('fails'),
  'remedy-hangs': mood('hangs'),
  'remedy-late': mood('late'),
  'remedy-mute': mood('mute'),
} as const satisfies { readonly [kind: string]: Fault };
