/**
 * Reads back which custom events were raised.
 *
 * **Assumed.** Activity reports over the Web SDK are documented, with a time range and at least one filter, and without
 * pages; that there is one for custom events which shows their messages is not. It is only used to tell whether an event
 * whose answer was lost has been raised: where the report is missing, `recall` is switched off, and such an event is
 * raised again.
 */
import { CodedError } from '../../core/errors.ts';
import { eventIdIn } from './event-message.ts';
import { replyFailure } from './failure.ts';
import { rowsOf } from './reply.ts';
import type { WebSdk } from './web-sdk.ts';

/** A range in which there is still too much is cut in halves down to this, milliseconds. */
const rangeMsMin = 1_000;

/** Ids of the events of this owner that were raised within a time; both ends belong to it, epoch milliseconds. */
export async function raisedEvents(
  sdk: WebSdk,
  owner: string,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { from, to } = range;
  const doing = 'looking which custom events were raised';
  // Both dates are ours, and a call that stands alone needs no escapes: nothing of a person goes into this query.
  const times = `${new Date(from).toISOString()},${new Date(to).toISOString()}`;
  const query = encodeURIComponent(`TimeRange.SetTimeRange(${times}),EventTypes@CustomEvent`);
  const reply = await sdk.call({ verb: 'GET', path: '/report/CustomEvents', query, doing, signal });
  if (reply.status === 'fail') throw replyFailure(reply, doing, false);
  if (reply.status === 'ok')
    return new Set(rowsOf(reply.result).flatMap((row) => eventIdIn(owner, row.get('message')) ?? []));
  if (to - from <= rangeMsMin) throw cutShort(doing, reply.status);
  const middle = Math.floor((from + to) / 2);
  const early = await raisedEvents(sdk, owner, { from, to: middle }, signal);
  const late = await raisedEvents(sdk, owner, { from: middle, to }, signal);
  return new Set([...early, ...late]);
}

function cutShort(doing: string, status: string): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing,
    expected: 'every event of a second',
    found: `status ${status}`,
    todo: 'Raise the number of rows that the server gives for one report',
  });
}
