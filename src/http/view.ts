/** One integration as a person sees it: a pure function of its newest record. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { FleetContext } from '../../machines/fleet/memory.ts';
import type { InstanceRecord } from '../core/record.ts';
import type { IntegrationView } from './api.ts';
import { connectionView } from './connection-view.ts';
import { shownText } from './disclosure.ts';
import { ladderView } from './ladder-view.ts';
import { activeStates, regionStates } from './state-value.ts';
import { synchronizationView } from './synchronization-view.ts';
import { taskViews } from './task-view.ts';
import { nextOf, timerViews } from './timer-words.ts';

/** What a view needs besides the record. */
export interface ViewOptions {
  readonly title: string;
  /** Number of the last commit that the view knows of. */
  readonly seq: number;
  /** Epoch milliseconds now. */
  readonly at: number;
  /** Tells what the remedies touch; null where there is no fleet. */
  readonly fleet: FleetContext | null;
}

/** The view of a record of the newest machine. */
export function integrationView(record: InstanceRecord, { title, seq, at, fleet }: ViewOptions): IntegrationView {
  const context = record.snapshot.context as unknown as IntegrationContext; // written by that machine
  const value = regionStates(record);
  const timers = timerViews(record);
  const ladder = ladderView(record, { fleet, at });
  return {
    id: record.key,
    title,
    machine: record.machine,
    at,
    seq,
    connection: connectionView(context, value),
    synchronization: synchronizationView(context, value, record.timers),
    ladder,
    tasks: taskViews(context.tasks),
    holds: context.holds.map(({ name, reason, placedAt }) => ({ name, reason: shownText(reason), placedAt })),
    next: nextOf(timers, ladder.status),
    timers,
    active: activeStates(record),
  };
}
