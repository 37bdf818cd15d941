/** `syncwarden events`: how the relay of events stands. */
import type { Command } from 'commander';
import { z } from 'zod';
import { type EventsView, eventsViewSchema } from '../http/plugin-api.ts';
import { integrationPath } from './client.ts';
import { clientOf, type RemoteOptions, remoteCommand } from './remote.ts';
import { terminal } from './terminal.ts';

const answerSchema = z.object({ events: eventsViewSchema });

export function eventsCommand(done: (exitCode: number) => void): Command {
  return remoteCommand('events', 'show the relay of events; exit code 1 when events are lost or it stands still')
    .argument('<id>', 'integration')
    .action(async (id: string, options: RemoteOptions) => done(await show(id, options)));
}

async function show(id: string, options: RemoteOptions): Promise<number> {
  const { events } = await clientOf(options).get(`${integrationPath(id)}/events`, answerSchema);
  if (options.json) terminal.printJson({ kind: 'events', integration: id, events });
  else for (const line of eventLines(id, events)) terminal.print(line);
  if (events === null) return 0;
  const lost = Object.values(events.counters.lost).some((count) => count > 0);
  return lost || events.source || events.target || events.stopped ? 1 : 0;
}

function eventLines(id: string, events: EventsView): readonly string[] {
  if (events === null) return [`${id}: no events are relayed`];
  const { counters, waiting, waitingForEntity, caughtUp, windows } = events;
  const { lost, gaps } = counters;
  const wrong = [events.stopped, events.source, events.target].flatMap((reason) => reason ?? []);
  return [
    `${id}: ${wrong.length > 0 ? 'disturbed' : caughtUp ? 'caught up' : 'catching up'}`,
    ...wrong.map(({ code, message }) => `  ${code}: ${message}`),
    `  received    ${counters.received}, ${counters.receivedAgain} of them again, ${counters.dropped} not to be relayed`,
    `  raised      ${counters.raised}, ${counters.duplicates} of them perhaps twice`,
    `  waiting     ${waiting}, ${waitingForEntity} of them for an entity that does not exist yet`,
    `  lost        ${lost.missing} never given, ${lost.entityMissing} without an entity, ${lost.queueFull} for want of room, ${lost.refused} refused`,
    `  outages     ${gaps.found} found, ${gaps.filled} made up for, ${gaps.unfilled} not; ${windows} under way`,
  ];
}
