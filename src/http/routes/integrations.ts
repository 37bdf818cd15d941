/** Integrations: how they stand, what happened, and their statechart. */
import { z } from 'zod';
import { releasedMachines } from '../../../machines/index.ts';
import { CodedError } from '../../core/errors.ts';
import { integrationViewSchema, problemSchema, setAsideSchema, stepViewSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { allViews, setAsideViews, viewOf } from '../look-up.ts';
import { layoutStatechart } from '../statechart.ts';
import { statechartSchema } from '../statechart-api.ts';
import { stepView } from '../step-view.ts';

const params = z.object({ id: z.string() });
const historyQuery = z.object({
  /** Steps of the page. */
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  /** Only steps with a smaller sequence number. */
  before: z.coerce.number().int().min(1).optional(),
});
const base = '/api/v1/integrations';
const answers = <T extends z.ZodType>(schema: T) => ({ 200: schema, 404: problemSchema });

export function integrationRoutes(app: App, options: AppOptions): void {
  const list = z.object({ integrations: z.array(integrationViewSchema), setAside: z.array(setAsideSchema) });
  app.get(base, { schema: { summary: 'All integrations', response: { 200: list } } }, async () => ({
    integrations: allViews(options),
    setAside: setAsideViews(options),
  }));

  const one = { summary: 'One integration as it stands', params, response: answers(integrationViewSchema) };
  app.get(`${base}/:id`, { schema: one }, async (request) => viewOf(options, request.params.id));

  const history = {
    summary: 'Committed steps, newest first',
    params,
    querystring: historyQuery,
    response: answers(z.object({ steps: z.array(stepViewSchema) })),
  };
  app.get(`${base}/:id/history`, { schema: history }, async (request) => {
    const { id: key } = viewOf(options, request.params.id); // an unknown one has no history
    const { limit, before: beforeSeq } = request.query;
    const commits = await options.runtime.history({
      key,
      limit,
      newestFirst: true,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    return { steps: commits.map(stepView) };
  });

  const chart = { summary: 'The machine with its layout', params, response: answers(statechartSchema) };
  app.get(`${base}/:id/statechart`, { schema: chart }, async (request) =>
    layoutStatechart(machineOf(viewOf(options, request.params.id).machine)),
  );
}

function machineOf(id: string) {
  const machine = releasedMachines.find((released) => released.id === id);
  if (machine) return machine;
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'drawing the statechart',
    expected: `one of ${releasedMachines.map((released) => released.id).join(', ')}`,
    found: id,
    todo: 'Run a version of Syncwarden that knows this machine',
  });
}
