/** Metrics for Prometheus: states as one-hot gauges, times in seconds, no unbounded labels. */
import { Gauge, Registry } from 'prom-client';
import { connectionViewSchema, ladderViewSchema, synchronizationViewSchema } from '../api.ts';
import type { App, AppOptions } from '../app.ts';
import { viewOf } from './integrations.ts';

export function metricsRoutes(app: App, options: AppOptions): void {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `syncwarden_${name}`, help, labelNames, registers: [registry] });
  gauge('info', 'Version of this supervisor.', ['version']).set({ version: options.version }, 1);
  const oneHot = {
    connection: gauge('connection_status', '1 for the status of the connection.', ['integration', 'status']),
    synchronization: gauge('synchronization_status', '1 for the status of the synchronization.', [
      'integration',
      'status',
    ]),
    ladder: gauge('ladder_status', '1 for the status of the ladder.', ['integration', 'status']),
  };
  const proven = gauge('last_proven_equal_timestamp_seconds', 'When both sides were last proven equal.', [
    'integration',
  ]);
  const entities = gauge('entities', 'Entities by the last proof.', ['integration', 'type', 'side']);
  const attempts = gauge('rung_attempts', 'Tries of a rung since the ladder was reset.', ['integration', 'rung']);
  const stale = gauge('stale_results', 'Results and timers that came too late, and were dropped.', []);

  const collect = (id: string) => {
    const { connection, synchronization, ladder } = viewOf(options, id);
    for (const status of connectionViewSchema.shape.status.options)
      oneHot.connection.set({ integration: id, status }, Number(status === connection.status));
    for (const status of synchronizationViewSchema.shape.status.options)
      oneHot.synchronization.set({ integration: id, status }, Number(status === synchronization.status));
    for (const status of ladderViewSchema.shape.status.options)
      oneHot.ladder.set({ integration: id, status }, Number(status === ladder.status));
    if (synchronization.lastProvenEqualAt !== null)
      proven.set({ integration: id }, synchronization.lastProvenEqualAt / 1_000);
    for (const { type, source, target } of synchronization.proof?.types ?? []) {
      entities.set({ integration: id, type, side: 'source' }, source.count);
      entities.set({ integration: id, type, side: 'target' }, target.count);
    }
    for (const rung of ladder.rungs) attempts.set({ integration: id, rung: rung.id }, rung.attempts);
  };
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    for (const { id } of options.integrations) if (options.runtime.record(id)) collect(id);
    stale.set(options.runtime.staleCount());
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
