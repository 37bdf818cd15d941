/** Integrations: what they are, how they stand, what happened, and their statechart. */
import { z } from 'zod';
import { releasedMachines } from '../../../machines/index.ts';
import type { Commit, Runtime } from '../../runtime/runtime.ts';
import { integrationViewSchema, statechartSchema, stepViewSchema } from '../api.ts';
import type { App, AppOptions } from '../app.ts';
import { notFound } from '../problem.ts';
import { layoutStatechart } from '../statechart.ts';
import { stepView } from '../step-view.ts';
import { integrationView } from '../view.ts';

export const idSchema = z.object({ id: z.string() });
const historyQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  before: z.coerce.number().int().min(1).optional(),
});

/** How many log entries are read at once, and how far back a page is looked for. */
const windowEntries = 2_000;
const windowsMax = 50;

export function integrationRoutes(app: App, options: AppOptions): void {
  const { runtime, integrations } = options;
  const view = (id: string) => viewOf(options, id);

  app.get(
    '/api/v1/integrations',
    { schema: { response: { 200: z.object({ integrations: z.array(integrationViewSchema) }) } } },
    async () => ({
      integrations: integrations.flatMap(({ id }) => (runtime.record(id) ? [view(id)] : [])),
    }),
  );
  app.get(
    '/api/v1/integrations/:id',
    { schema: { params: idSchema, response: { 200: integrationViewSchema } } },
    async (request) => view(request.params.id),
  );
  app.get(
    '/api/v1/integrations/:id/history',
    {
      schema: {
        params: idSchema,
        querystring: historyQuery,
        response: { 200: z.object({ steps: z.array(stepViewSchema) }) },
      },
    },
    async ({ params: { id }, query: { limit, before } }) => {
      view(id); // throws for an unknown one
      return { steps: (await newestFirst(runtime, id, limit, before ?? runtime.lastSeq() + 1)).map(stepView) };
    },
  );
  app.get(
    '/api/v1/integrations/:id/statechart',
    { schema: { params: idSchema, response: { 200: statechartSchema } } },
    async ({ params: { id } }) => {
      const { machine: machineId } = view(id);
      const machine = releasedMachines.find((released) => released.id === machineId);
      if (!machine) throw notFound('drawing the statechart', 'a machine of this version', machineId);
      return layoutStatechart(machine);
    },
  );
}

/** The view of an integration. @throws CodedError SW_NOT_FOUND */
export function viewOf({ runtime, integrations, clock }: AppOptions, id: string) {
  const record = runtime.record(id);
  const title = integrations.find((integration) => integration.id === id)?.title;
  if (record && title !== undefined) return integrationView(record, title, runtime.lastSeq(), clock.now());
  throw notFound('showing an integration', `one of ${integrations.map((known) => known.id).join(', ')}`, id);
}

/** The log gives entries forwards; a page of the newest is looked for backwards, window by window. */
async function newestFirst(runtime: Runtime, key: string, limit: number, before: number): Promise<Commit[]> {
  const found: Commit[] = [];
  for (let window = 0, end = before; window < windowsMax && end > 1 && found.length < limit; window++) {
    const start = Math.max(1, end - windowEntries);
    const commits = await runtime.history({ key, afterSeq: start - 1, limit: windowEntries });
    found.push(...commits.filter(({ seq }) => seq < end).reverse());
    end = start;
  }
  return found.slice(0, limit);
}
