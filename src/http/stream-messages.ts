/** What the event stream says, as RxJS observables over the commits of the runtime; no state is kept here. */
import { filter, groupBy, merge, mergeMap, Observable, type OperatorFunction, share, throttle } from 'rxjs';
import type { Clock } from '../core/clock.ts';
import { fleetKey } from '../core/fleet-key.ts';
import type { Commit } from '../runtime/index.ts';
import type { AppOptions } from './app-options.ts';
import { fleetState } from './fleet-record.ts';
import { fleetView } from './fleet-view.ts';
import { viewOf } from './look-up.ts';
import { stepView } from './step-view.ts';

/** One event of the stream, ready to be written. */
export interface Message {
  /** The key of the instance: `~fleet` for what concerns all of them. */
  readonly integration: string;
  /** The sequence number of a step; null for a view, which is not numbered. */
  readonly seq: number | null;
  readonly text: string;
}

/**
 * Every step as it is committed, and each integration as it stands: at once when something happens, then at most every
 * `viewEveryMs` milliseconds. Shared by all readers; it listens to the runtime only while there are any.
 */
export function messagesOf(options: AppOptions, viewEveryMs: number): Observable<Message> {
  const known = new Set(options.integrations.map(({ id }) => id));
  const commits = commitsOf(options).pipe(
    filter(({ key }) => known.has(key)),
    share(),
  );
  const views = commits.pipe(
    groupBy(({ key }) => key),
    mergeMap((group) =>
      group.pipe(throttle(() => after(options.clock, viewEveryMs), { leading: true, trailing: true })),
    ),
    filter(({ key }) => options.runtime.record(key) !== undefined),
    said(options, ({ key }) => viewMessage(options, key)),
  );
  const fleet = commitsOf(options).pipe(
    filter(({ key }) => key === fleetKey),
    throttle(() => after(options.clock, viewEveryMs), { leading: true, trailing: true }),
    said(options, () => fleetMessage(options)),
  );
  return merge(commits.pipe(said(options, stepMessage)), views, fleet).pipe(share());
}

function commitsOf({ runtime }: AppOptions): Observable<Commit> {
  return new Observable((subscriber) => runtime.subscribe((commit) => subscriber.next(commit)));
}

function after(clock: Clock, delayMs: number): Observable<null> {
  return new Observable((subscriber) => clock.schedule(delayMs, () => subscriber.next(null)));
}

/** One commit that cannot be shown must not end the stream of the others, nor reach the runtime as an error. */
function said(options: AppOptions, say: (commit: Commit) => Message | null): OperatorFunction<Commit, Message> {
  return mergeMap((commit: Commit) => {
    const message = attempt(options, say, commit);
    return message ? [message] : [];
  });
}

function attempt(options: AppOptions, say: (commit: Commit) => Message | null, commit: Commit): Message | null {
  try {
    return say(commit);
  } catch (error) {
    options.logger?.error({ err: error, key: commit.key, seq: commit.seq }, 'A step cannot be shown.');
    return null;
  }
}

/** A step for a reader that missed it; null when it cannot be shown. */
export function missedStep(options: AppOptions, commit: Commit): Message | null {
  return attempt(options, stepMessage, commit);
}

/** A step; its sequence number is the id from which a reader resumes. */
function stepMessage(commit: Commit): Message {
  const { seq, key } = commit;
  const text = `event: step\nid: ${seq}\ndata: ${JSON.stringify(stepView(commit))}\n\n`;
  return { integration: key, seq, text };
}

/** An integration as it stands. */
export function viewMessage(options: AppOptions, id: string): Message {
  const text = `event: integration\ndata: ${JSON.stringify(viewOf(options, id))}\n\n`;
  return { integration: id, seq: null, text };
}

/** The fleet as it stands; null where there is none. */
export function fleetMessage(options: AppOptions): Message | null {
  const fleet = fleetState(options);
  if (fleet === null) return null;
  const view = fleetView(fleet, options.clock.now());
  return { integration: fleetKey, seq: null, text: `event: fleet\ndata: ${JSON.stringify(view)}\n\n` };
}
