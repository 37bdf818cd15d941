/** Faults of processes, of the machine and of its disk, and remedies that do not do what they should. */
import type { Unflushed } from '../../crash-file-system.ts';
import type { Mood } from '../room/remedies.ts';
import { type Fault, once, picked } from './fault.ts';

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

/** The operation on the disk at which it strikes: any place of a commit, of a checkpoint, of an opening. */
const operationOf = (strength: number) => 1 + Math.floor(strength * 60);

export const processFaults = {
  'plugin-crash': ({ room, site }) => {
    room.servers.get(site.config.server)?.crashPlugin(site.id);
    return once;
  },
  'plugin-hang': ({ room, site }) => {
    const server = room.servers.get(site.config.server);
    if (!server) return null;
    server.hang();
    return () => server.thaw();
  },
  'host-crash': ({ room, site }) => {
    room.servers.get(site.config.server)?.crash();
    return once;
  },
  'supervisor-kill': ({ room, strike }) => {
    if (strike.strength < 0.3) room.end('killed');
    else room.stopAt(operationOf(strike.strength), { kind: 'kept' });
    return once;
  },
  'power-cut': ({ room, strike }) => {
    room.stopAt(operationOf(strike.strength), picked(cuts, strike.pick) ?? { kind: 'lost' });
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
    const ms = Math.round((strike.strength - 0.4) * 2 * 3_600_000 * (strike.pick < 0.2 ? 12 : 1));
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
