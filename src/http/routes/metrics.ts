/** `/metrics`, as Prometheus reads them. */
import type { App, AppOptions } from '../app-options.ts';
import { allViews } from '../look-up.ts';
import { createMetrics } from '../metrics.ts';

export function metricsRoutes(app: App, options: AppOptions): void {
  const { contentType, read } = createMetrics(options);
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    reply.type(contentType);
    return read(allViews(options));
  });
}
