/** Metrics for Prometheus: states as one-hot gauges, times in seconds, no label without a bound. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Runtime } from '../runtime/index.ts';
import {
  connectionViewSchema,
  type IntegrationView,
  ladderViewSchema,
  type RungView,
  synchronizationViewSchema,
} from './api.ts';

const statuses = {
  connection: connectionViewSchema.shape.status.options,
  synchronization: synchronizationViewSchema.shape.status.options,
  ladder: ladderViewSchema.shape.status.options,
};
const regions = ['connection', 'synchronization', 'ladder'] as const;

/** The metrics as text, from the views of all integrations at this moment. */
export type Metrics = (views: readonly IntegrationView[]) => Promise<string>;

/** Builds the metrics on a registry of their own, so that two applications in one process do not mix. */
export function createMetrics({ runtime, version }: { runtime: Runtime; version: string }): {
  readonly contentType: string;
  readonly read: Metrics;
} {
  const registry = new Registry();
  const gauges = gaugesOn(registry);
  gauges('build_info', 'Version of this supervisor.', ['version']).set({ version }, 1);
  const ready = gauges('ready', '1 while steps are recorded and acted upon.', []);
  const setAside = gauges('set_aside', 'Instances that no machine of this version can go on with.', []);
  const fill = integrationGauges(gauges);
  const stale = new Counter({
    name: 'syncwarden_stale_results_total',
    help: 'Results, reports and timers that came too late and were dropped, since the start.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const read: Metrics = (views) => {
    ready.set(runtime.failure() === null ? 1 : 0);
    stale.reset();
    for (const [kind, count] of Object.entries(runtime.stale().counts)) stale.inc({ kind }, count);
    setAside.set(runtime.setAside().length);
    fill(views);
    return registry.metrics();
  };
  return { contentType: registry.contentType, read };
}

function gaugesOn(registry: Registry) {
  return <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> =>
    new Gauge({ name: `syncwarden_${name}`, help, labelNames, registers: [registry] });
}

/** One gauge per question about an integration; all are filled anew, so that nothing outlives its cause. */
function integrationGauges(gauge: ReturnType<typeof gaugesOn>): (views: readonly IntegrationView[]) => void {
  const status = {
    connection: gauge('connection_status', '1 for the status of the connection.', ['integration', 'status']),
    synchronization: gauge('synchronization_status', '1 for the status of the run.', ['integration', 'status']),
    ladder: gauge('ladder_status', '1 for the status of the ladder.', ['integration', 'status']),
  };
  const proven = gauge('last_proven_equal_timestamp_seconds', 'When both sides were last proven equal.', [
    'integration',
  ]);
  const entities = gauge('entities', 'Entities by the newest comparison.', ['integration', 'type', 'side']);
  const quarantined = gauge('quarantined', '1 while a person is needed.', ['integration']);
  const attempts = gauge('rung_attempts', 'Tries of a rung since the ladder was reset.', ['integration', 'rung']);
  const left = gauge('rung_budget_remaining', 'Uses that the budget of a rung still allows.', ['integration', 'rung']);
  const held = gauge('holds', 'Holds that are placed.', ['integration']);
  const all = [...Object.values(status), proven, entities, quarantined, attempts, left, held];
  const fillOne = ({ id: integration, connection, synchronization, ladder, holds }: IntegrationView) => {
    const current = { connection, synchronization, ladder };
    for (const region of regions)
      for (const value of statuses[region])
        status[region].set({ integration, status: value }, value === current[region].status ? 1 : 0);
    const provenAt = synchronization.lastProvenEqualAt;
    if (provenAt !== null) proven.set({ integration }, provenAt / 1_000);
    for (const { type, source, target } of synchronization.proof?.types ?? []) {
      entities.set({ integration, type, side: 'source' }, source.count);
      entities.set({ integration, type, side: 'target' }, target.count);
    }
    quarantined.set({ integration }, ladder.quarantine === null ? 0 : 1);
    held.set({ integration }, holds.length);
    for (const { id: rung, attempts: tries, budget } of ladder.rungs) {
      attempts.set({ integration, rung }, tries);
      if (budget) left.set({ integration, rung }, remaining(budget));
    }
  };
  return (views) => {
    for (const one of all) one.reset();
    for (const view of views) fillOne(view);
  };
}

const remaining = ({ used, max }: NonNullable<RungView['budget']>) => Math.max(0, max - used);
