/** The event stream: every step with its number, and each integration as it stands, at most four times a second. */
import { PassThrough } from 'node:stream';
import { auditTime, filter, groupBy, map, merge, mergeMap, Observable } from 'rxjs';
import { z } from 'zod';
import type { Commit, Runtime } from '../../runtime/runtime.ts';
import type { App, AppOptions } from '../app.ts';
import { stepView } from '../step-view.ts';
import { viewOf } from './integrations.ts';

const querySchema = z.object({ integration: z.string().optional() });
const viewEveryMs = 250;
const heartbeatMs = 15_000;
/** Most bytes that wait for a slow reader; then he is dropped, and comes back by himself with his last number. */
const backlogBytesMax = 4 * 1024 * 1024;
/** Most steps that are made up for after a reconnection. */
const replayMax = 1_000;

export function streamRoutes(app: App, options: AppOptions): void {
  const open = new Set<PassThrough>();
  app.get('/api/v1/stream', { schema: { querystring: querySchema } }, async (request, reply) => {
    const wanted = ({ key }: Commit) => request.query.integration === undefined || key === request.query.integration;
    const stream = new PassThrough();
    open.add(stream);
    const write = (text: string) => {
      if (stream.writableLength > backlogBytesMax) stream.destroy();
      else stream.write(text);
    };
    const subscription = events(options, wanted).subscribe(write);
    const heartbeat = repeat(options, () => write(': still here\n\n'));
    stream.once('close', () => {
      subscription.unsubscribe();
      heartbeat();
      open.delete(stream);
    });
    write('retry: 1000\n\n');
    for (const { id } of options.integrations)
      if (options.runtime.record(id) && (request.query.integration ?? id) === id) write(viewEvent(options, id));
    const lastSeen = Number(request.headers['last-event-id']);
    if (Number.isInteger(lastSeen) && lastSeen > 0) {
      const missed = await options.runtime.history({ afterSeq: lastSeen, limit: replayMax });
      for (const commit of missed.filter(wanted)) write(stepEvent(commit));
    }
    return reply
      .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(stream);
  });
  // fastify waits for open answers when it closes; these never end by themselves.
  app.addHook('preClose', async () => {
    for (const stream of open) stream.destroy();
  });
}

function events(options: AppOptions, wanted: (commit: Commit) => boolean): Observable<string> {
  const commits = commitsOf(options.runtime).pipe(filter(wanted));
  const views = commits.pipe(
    groupBy(({ key }) => key),
    mergeMap((group) => group.pipe(auditTime(viewEveryMs))),
    filter(({ key }) => options.runtime.record(key) !== undefined),
    map(({ key }) => viewEvent(options, key)),
  );
  return merge(commits.pipe(map(stepEvent)), views);
}

function commitsOf(runtime: Runtime): Observable<Commit> {
  return new Observable((subscriber) => runtime.subscribe((commit) => subscriber.next(commit)));
}

function stepEvent(commit: Commit): string {
  return `event: step\nid: ${commit.seq}\ndata: ${JSON.stringify(stepView(commit))}\n\n`;
}

function viewEvent(options: AppOptions, id: string): string {
  return `event: integration\ndata: ${JSON.stringify(viewOf(options, id))}\n\n`;
}

/** Calls back again and again until cancelled. */
function repeat({ clock }: AppOptions, callback: () => void): () => void {
  let cancel = clock.schedule(heartbeatMs, function beat() {
    callback();
    cancel = clock.schedule(heartbeatMs, beat);
  });
  return () => cancel();
}
