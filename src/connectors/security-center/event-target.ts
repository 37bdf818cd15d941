/** Raises events in Security Center over the Web SDK, and finds out which of them were raised. */
import type { Clock } from '../../core/clock.ts';
import { CodedError, invariant } from '../../core/errors.ts';
import type { EventTarget, TargetEvent } from '../events.ts';
import { raisedEvents } from './event-log.ts';
import { eventMessage } from './event-message.ts';
import { replyFailure, saysGone } from './failure.ts';
import { plainId } from './query.ts';
import type { WebSdk } from './web-sdk.ts';

export interface SecurityCenterEventOptions {
  /**
   * Whether raised custom events can be read back (see `event-log.ts`, assumed). Without it a custom event whose answer
   * was lost is raised again. Default true.
   */
  readonly recall?: boolean;
}

/** How far the clock of the server may be ahead of ours, milliseconds: the report asks into the future by as much. */
const aheadMs = 300_000;

/** Over a connection that others use, too. `owner` as for the target of the entities. */
export function createSecurityCenterEventTarget(
  sdk: WebSdk,
  owner: string,
  clock: Clock,
  { recall = true }: SecurityCenterEventOptions = {},
): EventTarget {
  return {
    // A native event carries no text, so nothing of ours: only the custom ones can be told.
    capabilities: { tells: recall ? ['custom'] : [] },
    async raise(event, signal) {
      const doing = `raising the event ${event.id}`;
      const reply = await sdk.call({ verb: 'POST', path: pathOf(event, owner), doing, write: true, signal });
      if (reply.status === 'ok') return;
      if (saysGone(reply)) throw noEntity(event, doing);
      throw replyFailure(reply, doing, true);
    },
    recent: (sinceMs, signal) => raisedEvents(sdk, owner, { from: sinceMs, to: clock.now() + aheadMs }, signal),
  };
}

/** Both paths are documented (Genetec, Web SDK, events and alarms). */
function pathOf({ id, name, entity, text }: TargetEvent, owner: string): string {
  if (name.kind === 'native') {
    invariant(/^[A-Za-z]{1,100}$/.test(name.type), `an event type is a plain word, not ${name.type}`);
    return `/events/RaiseEvent/${name.type}/${plainId(entity)}`;
  }
  const message = encodeURIComponent(eventMessage(owner, id, text));
  return `/events/RaiseCustomEvent/${name.id}/${plainId(entity)}/${message}`;
}

function noEntity({ entity }: TargetEvent, doing: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing,
    expected: 'the entity on which it is raised',
    found: `none of the id ${entity}`,
    todo: 'Nothing: it is raised once a synchronization has made the entity',
  });
}
