/** Looks at role and port together, and remembers what gives a colour its meaning. */
import { CodedError } from '../core/errors.ts';
import type { ProxyAddress } from './options.ts';
import type { PortSeen } from './proxy-port.ts';
import { type Colour, colourOf, colourWords, isTrouble, isYellow } from './role-colour.ts';
import type { RoleReading } from './role-reader.ts';

/** One look. */
export interface Glance {
  readonly colour: Colour;
  /** What was seen, as a sentence. */
  readonly words: string;
  readonly role: RoleReading;
}

export interface RoleWatchParts {
  readonly readRole: (signal: AbortSignal) => Promise<RoleReading>;
  readonly probePort: (signal: AbortSignal) => Promise<PortSeen>;
  readonly address: ProxyAddress;
}

export class RoleWatch {
  readonly #parts: RoleWatchParts;
  #portWasOpen = false;
  /** The role was green though the port was never open from here: a firewall, so that it tells nothing. */
  #portIsBlocked = false;
  #underWay = false;

  constructor(parts: RoleWatchParts) {
    this.#parts = parts;
  }

  /** A synchronization was started, or was seen to move: yellow means that until the role is green again. */
  noteUnderWay(): void {
    this.#underWay = true;
  }

  /** @throws CodedError what reading the role throws */
  async look(signal: AbortSignal, sipassReachable = true): Promise<Glance> {
    const [role, port] = await Promise.all([this.#parts.readRole(signal), this.#parts.probePort(signal)]);
    this.#portWasOpen ||= port.open;
    // Once it was open it tells for ever: the role may be slow to notice that its proxy is gone.
    this.#portIsBlocked = !this.#portWasOpen && (this.#portIsBlocked || role.runningState === 'Running');
    const closed = this.#portIsBlocked ? 'blocked' : 'closed';
    const { runningState, isOnline } = role;
    const sight = { runningState, isOnline, port: port.open ? 'open' : closed, sipassReachable } as const;
    const colour = colourOf({ ...sight, underWay: this.#underWay });
    if (!isYellow(colour)) this.#underWay = false;
    return { colour, words: this.#sentence(colour, role, port), role };
  }

  #sentence(colour: Colour, { name, server }: RoleReading, port: PortSeen): string {
    const { host, port: number } = this.#parts.address;
    const proxy = port.open ? '' : `; port ${number} of ${host} does not accept connections (${port.words})`;
    const off = server?.isOnline === false ? `; its server ${server.name} is offline` : '';
    return `The role ${name} ${colourWords[colour]}${proxy}${off}.`;
  }
}

/** Role or proxy is gone: whatever was being watched is interrupted by that. @throws CodedError `SW_UNREACHABLE` */
export function requireConnected({ colour, words }: Glance): void {
  if (!isTrouble(colour)) return;
  throw new CodedError('SW_UNREACHABLE', {
    doing: 'watching the plugin role',
    expected: 'that it is connected to the SiPass proxy',
    found: words.replace(/\.$/, ''),
    todo: 'Look at the role and at the proxy service; it is looked at again by itself',
  });
}
