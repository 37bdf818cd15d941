/** `/api/v1/stream`: Server-Sent Events of all steps and views; a reader that comes back gets what it missed. */
import type { Observable } from 'rxjs';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { fleetKey } from '../../core/fleet-key.ts';
import type { App, AppOptions } from '../app-options.ts';
import { allViews } from '../look-up.ts';
import { defaultStreamLimits, type StreamLimits } from '../stream-limits.ts';
import { fleetMessage, type Message, messagesOf, missedStep, viewMessage } from '../stream-messages.ts';
import { StreamReader } from '../stream-reader.ts';

/** `integration` narrows the stream to one of them. */
const querystring = z.object({ integration: z.string().optional() });
const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Asks reverse proxies not to gather the events.
  'x-accel-buffering': 'no',
};
/** How long a browser waits before it connects again, milliseconds. */
const retryMs = 1_000;

export function streamRoutes(app: App, options: AppOptions): void {
  const limits = { ...defaultStreamLimits, ...options.stream };
  const messages = messagesOf(options, limits.viewEveryMs);
  const known = new Set(options.integrations.map(({ id }) => id));
  const readers = new Set<StreamReader>();
  app.get(
    '/api/v1/stream',
    // A HEAD of an endless answer would never end.
    { schema: { summary: 'Steps and views as they happen', querystring }, exposeHeadRoute: false },
    async (request, reply) => {
      if (readers.size >= limits.readersMax) throw tooManyReaders(limits.readersMax);
      const only = request.query.integration;
      const reader = new StreamReader({
        ...limits,
        wants: (id) => id === fleetKey || (known.has(id) && (only ?? id) === id),
      });
      readers.add(reader);
      reader.output.once('close', () => readers.delete(reader));
      serve(reader, { options, limits, messages, lastSeen: lastSeenOf(request.headers['last-event-id']) });
      return reply.headers(headers).send(reader.output);
    },
  );
  // fastify waits for open answers when it closes; these never end by themselves.
  app.addHook('preClose', async () => {
    for (const reader of readers) reader.output.destroy();
  });
}

interface Service {
  readonly options: AppOptions;
  readonly limits: StreamLimits;
  readonly messages: Observable<Message>;
  readonly lastSeen: number | null;
}

function serve(reader: StreamReader, { options, limits, messages, lastSeen }: Service): void {
  const { runtime, clock, logger } = options;
  const subscription = messages.subscribe((message) => reader.take(message));
  const endHeartbeat = repeat(() => reader.write(': still here\n\n'));
  reader.output.once('close', () => {
    subscription.unsubscribe();
    endHeartbeat();
  });
  // An id without data: a reader that is cut off before the first step resumes from here.
  reader.write(`retry: ${retryMs}\n${lastSeen === null ? `id: ${runtime.lastSeq()}\n` : ''}\n`);
  for (const { id } of allViews(options)) reader.take(viewMessage(options, id));
  const fleet = fleetMessage(options);
  if (fleet) reader.take(fleet);
  if (lastSeen !== null)
    reader
      .replay(runtime, lastSeen, (commit) => missedStep(options, commit))
      .catch((error: unknown) => {
        logger?.error({ err: error }, 'A reader of the stream cannot be given what it missed.');
        reader.output.destroy();
      });

  function repeat(callback: () => void): () => void {
    const beat = () => {
      callback();
      cancel = clock.schedule(limits.heartbeatMs, beat);
    };
    let cancel = clock.schedule(limits.heartbeatMs, beat);
    return () => cancel();
  }
}

/** The number of the last step that a reader has seen; anything else counts as a first visit. */
function lastSeenOf(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) return null;
  return Number(header);
}

function tooManyReaders(max: number): CodedError {
  return new CodedError('SW_MAILBOX_FULL', {
    doing: 'opening the event stream',
    expected: `fewer than ${max} readers`,
    found: 'as many',
    todo: 'Close some of the pages that are open',
  });
}
