/** What a fault of a pattern is while it stands in the machine room, and what faults are made of. */
import type { ErrorCode } from '../../core/errors.ts';
import type { Line, Trouble } from '../outages/room/line.ts';
import type { MachineRoom } from '../outages/room/machine-room.ts';
import type { Site } from '../outages/room/site.ts';

/** How a fault was ordered; what the names mean is told in docs/ladder.md. */
export interface Order {
  readonly durationMs?: number | undefined;
  readonly side: 'source' | 'target';
}

export interface Scene {
  readonly room: MachineRoom;
  /** The integration that it is about. */
  readonly site: Site;
  readonly order: Order;
}

/** A fault that has begun. */
export interface Begun {
  /** Whether it still keeps the integration from working. */
  stands(): boolean;
  /** Puts it right, by time or by a person; may be called more than once. */
  end(): void;
}

export type Fault = (scene: Scene) => Begun;

export const refusal = (code: ErrorCode): Trouble => ({ kind: 'fails', code, when: 'before', reachable: true });
const away: Trouble = { kind: 'fails', code: 'SW_UNREACHABLE', when: 'before', reachable: false };

/** Something that lasts until it is ended. */
export function lasting(on: () => void, off: () => void): Begun {
  let isOver = false;
  on();
  return {
    stands: () => !isOver,
    end: () => {
      if (!isOver) off();
      isOver = true;
    },
  };
}

/** A trouble on some lines. Each gets an object of its own: of two faults alike the one ends without the other. */
export function onLines(lines: readonly Line[], trouble: Trouble): Begun {
  const own = { ...trouble };
  return lasting(
    () => lines.forEach((line) => void line.troubles.add(own)),
    () => lines.forEach((line) => void line.troubles.delete(own)),
  );
}

/** A person asks for a full run. */
export function askForFullRun({ operators }: MachineRoom, key: string): void {
  const event = { type: 'synchronization.requested', mode: 'full', requestedBy: 'somebody' } as const;
  void operators.insist({ key, event });
}

/** Whole machines cannot be reached: neither the service on it that we ask nor its other ports. */
export function outOfReach(site: Site, lines: readonly Line[]): Begun {
  const hasOtherPorts = site.sourceHostAnswers !== null;
  const cut = onLines(lines, away);
  const tell = (isUp: boolean) => {
    if (hasOtherPorts && lines.includes(site.source)) site.sourceHostAnswers = isUp;
  };
  tell(false);
  return {
    stands: cut.stands,
    end: () => {
      cut.end();
      tell(true);
    },
  };
}
