/** What people ask for: each becomes an outside event; 202 says that it is durable, not that it is done. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { type IntegrationView, synchronizationRequestSchema } from '../api.ts';
import type { App, AppOptions } from '../app.ts';
import { idSchema, viewOf } from './integrations.ts';

const accepted = z.object({ accepted: z.literal(true) });
const holdBody = z.strictObject({ name: z.string().min(1).max(100), reason: z.string().max(500).default('') });
const requestedBy = 'operator';

export function commandRoutes(app: App, options: AppOptions): void {
  const { runtime, clock } = options;
  const send = async (id: string, event: { readonly type: string; readonly [member: string]: unknown }) => {
    await runtime.send(id, { ...event, at: clock.now() });
    return { accepted: true } as const;
  };
  const schema = { params: idSchema, response: { 202: accepted } };
  const base = '/api/v1/integrations/:id';

  app.post(
    `${base}/synchronizations`,
    { schema: { ...schema, body: synchronizationRequestSchema } },
    async (request, reply) => {
      const { id } = request.params;
      refuseWhile(
        viewOf(options, id),
        ({ holds }) => holds.length > 0,
        'starting a synchronization',
        'no hold',
        'Release the holds first',
      );
      return reply
        .code(202)
        .send(await send(id, { type: 'synchronization.requested', mode: request.body.mode, requestedBy }));
    },
  );
  app.post(`${base}/refresh`, { schema }, async (request, reply) => {
    viewOf(options, request.params.id);
    return reply.code(202).send(await send(request.params.id, { type: 'refresh.requested', requestedBy }));
  });
  app.post(`${base}/cancel`, { schema }, async (request, reply) => {
    const { id } = request.params;
    refuseWhile(
      viewOf(options, id),
      (view) => view.synchronization.run === null,
      'cancelling',
      'a run under way',
      'There is nothing to cancel',
    );
    return reply.code(202).send(await send(id, { type: 'cancellation.requested', requestedBy }));
  });
  app.post(`${base}/release`, { schema }, async (request, reply) => {
    const { id } = request.params;
    const isFree = (view: IntegrationView) => view.ladder.status !== 'quarantined';
    refuseWhile(viewOf(options, id), isFree, 'releasing', 'a quarantined integration', 'There is nothing to release');
    return reply.code(202).send(await send(id, { type: 'release.requested', requestedBy }));
  });
  app.post(`${base}/holds`, { schema: { ...schema, body: holdBody } }, async (request, reply) => {
    viewOf(options, request.params.id);
    return reply.code(202).send(await send(request.params.id, { type: 'hold.placed', ...request.body }));
  });
  app.delete(
    `${base}/holds/:name`,
    { schema: { params: idSchema.extend({ name: z.string() }), response: { 202: accepted } } },
    async (request, reply) => {
      const { id, name } = request.params;
      const isUnknown = (view: IntegrationView) => view.holds.every((hold) => hold.name !== name);
      refuseWhile(viewOf(options, id), isUnknown, 'releasing a hold', `a hold "${name}"`, 'Look at the list of holds');
      return reply.code(202).send(await send(id, { type: 'hold.released', name }));
    },
  );
}

/** Refuses with 409 what makes no sense now. */
function refuseWhile(
  view: IntegrationView,
  isSenseless: (view: IntegrationView) => boolean,
  doing: string,
  expected: string,
  todo: string,
): void {
  if (!isSenseless(view)) return;
  const found = `${view.synchronization.status}, ${view.ladder.status}, ${view.holds.length} holds`;
  throw new CodedError('SW_REFUSED', { doing: `${doing} for "${view.id}"`, expected, found, todo });
}
