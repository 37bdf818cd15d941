/** The fault panel of the demo: forwarded to the control server of the simulated site; absent otherwise. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { problemSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { createSiteControl, demoSchema, type SiteControl, switchedSchema } from '../site-control.ts';

const params = z.object({ id: z.string().regex(/^[a-z0-9-]+$/, 'lower case letters, digits and hyphens') });
const body = z.strictObject({ active: z.boolean() });

export function demoRoutes(app: App, { demo }: AppOptions): void {
  const control = demo ? createSiteControl(demo.controlUrl) : null;
  if (control) app.addHook('onClose', () => control.close());
  const list = { summary: 'The faults of the demo', response: { 200: demoSchema, 404: problemSchema } };
  app.get('/api/v1/demo', { schema: list }, async () => present(control).demo());
  const set = { summary: 'Switch a fault', params, body, response: { 200: switchedSchema, 404: problemSchema } };
  app.post('/api/v1/demo/faults/:id', { schema: set }, async (request) =>
    present(control).switchFault(request.params.id, request.body.active),
  );
}

function present(control: SiteControl | null): SiteControl {
  if (control) return control;
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'looking for a demo',
    expected: 'a supervisor of the simulated site',
    found: 'one of a real site',
    todo: 'Start one with syncwarden demo',
  });
}
