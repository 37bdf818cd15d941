import { expect, test } from 'vitest';
import { type Colour, colourOf, isTrouble, type Sight } from '../../src/beside/role-colour.ts';

const well: Sight = {
  runningState: 'Running',
  isOnline: true,
  port: 'open',
  sipassReachable: true,
  underWay: false,
};
const yellow: Sight = { ...well, runningState: 'Warning' };

test.each<[string, Sight, Colour, boolean]>([
  ['running is green', well, 'green', false],
  ['running, though its port is closed from here', { ...well, port: 'closed' }, 'green', false],
  ['running, though SiPass is not reached from here', { ...well, sipassReachable: false }, 'green', false],
  ['running, and nobody can read whether it is online', { ...well, isOnline: null }, 'green', false],
  ['not running is red', { ...well, runningState: 'NotRunning' }, 'red', true],
  ['offline is red, whatever its state', { ...well, isOnline: false }, 'red', true],
  ['offline and yellow is red', { ...yellow, isOnline: false }, 'red', true],
  ['yellow after a start', { ...yellow, underWay: true }, 'yellow-syncing', false],
  ['yellow, and nothing tells why', yellow, 'yellow-unknown', false],
  ['yellow, and the port is closed', { ...yellow, port: 'closed' }, 'yellow-disconnected', true],
  [
    'yellow after a start, and the port is closed',
    { ...yellow, port: 'closed', underWay: true },
    'yellow-disconnected',
    true,
  ],
  ['yellow, and SiPass is not reached', { ...yellow, sipassReachable: false }, 'yellow-disconnected', true],
  ['yellow behind a firewall', { ...yellow, port: 'blocked' }, 'yellow-unknown', false],
  ['yellow after a start behind a firewall', { ...yellow, port: 'blocked', underWay: true }, 'yellow-syncing', false],
  ['a state that is not known', { ...well, runningState: null }, 'yellow-unknown', false],
  [
    'a state that is not known, with a closed port',
    { ...well, runningState: null, port: 'closed' },
    'yellow-unknown',
    false,
  ],
])('%s', (_, sight, colour, trouble) => {
  expect(colourOf(sight)).toBe(colour);
  expect(isTrouble(colour)).toBe(trouble);
});
