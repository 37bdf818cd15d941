/** One integration as a person sees it: a pure function of its newest record. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { InstanceRecord } from '../core/record.ts';
import type { connectionViewSchema, IntegrationView } from './api.ts';
import { ladderView } from './ladder-view.ts';
import { activeStates, type IntegrationValue, regionStates } from './state-value.ts';
import { synchronizationView } from './synchronization-view.ts';
import { nextOf, timerViews } from './timer-words.ts';

type ConnectionView = (typeof connectionViewSchema)['_output'];

/** `at` is epoch milliseconds now; `seq` the last commit that the view knows of. */
export function integrationView(record: InstanceRecord, title: string, seq: number, at: number): IntegrationView {
  const context = record.snapshot.context as unknown as IntegrationContext; // written by the machine integration@1
  const value = regionStates(record);
  const timers = timerViews(record);
  return {
    id: record.key,
    title,
    machine: record.machine,
    at,
    seq,
    connection: connectionView(context, value),
    synchronization: synchronizationView(context, value),
    ladder: ladderView(context, value, at),
    holds: context.holds.map((hold) => ({ ...hold })),
    next: nextOf(timers),
    timers,
    active: activeStates(record),
  };
}

function connectionView({ connection }: IntegrationContext, value: IntegrationValue): ConnectionView {
  const { report, reason, since, lastProbeAt } = connection;
  const status = value.connection.status === 'lost' ? 'disconnected' : value.connection.status;
  return {
    status,
    reason: status === 'connected' ? null : reason,
    since,
    lastProbeAt,
    source: report && side(report.source),
    target: report && side(report.target),
  };
}

type Side = NonNullable<IntegrationContext['connection']['report']>['source'];

function side(reach: Side): ConnectionView['source'] {
  return reach.ok
    ? { ok: true, version: reach.version, latencyMs: reach.latencyMs }
    : { ok: false, version: null, latencyMs: null };
}
