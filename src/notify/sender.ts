/** How a message is handed to one kind of channel. */
import type { Message } from '../../machines/notifications/notice.ts';
import type { Clock } from '../core/clock.ts';
import type { ErrorData } from '../core/errors.ts';

/** A message as it is to be sent. */
export interface Letter {
  /** The same for every try and after every restart: what a receiver tells a repetition by. */
  readonly id: string;
  readonly message: Message;
  /** Filled-in templates. */
  readonly subject: string;
  readonly body: string;
  readonly link: string | null;
}

export type Sent =
  | { readonly kind: 'sent'; readonly warning?: string }
  /** The receiver asks for silence first. */
  | {
      readonly kind: 'not-yet';
      readonly retryAfterMs: number;
      readonly reason: ErrorData;
    };

/**
 * Hands one message over.
 *
 * @throws CodedError SW_REFUSED for a message that the receiver will never take, and the codes of the transport
 */
export type Send = (letter: Letter, signal: AbortSignal) => Promise<Sent>;

/** Who sends, as receivers see it. */
export interface Identity {
  /** Names this supervisor: unique among all that write to the same receivers, and the same after a restart. */
  readonly source: string;
  /** Process id, for syslog. @default none */
  readonly processId?: number;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly identity: Identity;
}
