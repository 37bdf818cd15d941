/** Incidents: all of them, one with its timeline, and one as a bundle to hand on. */
import { z } from 'zod';
import { problemSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { incidentBundleSchema, incidentListSchema, incidentViewSchema } from '../incident-api.ts';
import { incidentBundle, incidentView } from '../incident-bundle.ts';
import { listIncidents } from '../incident-list.ts';
import { bundleMarkdown } from '../incident-markdown.ts';

const params = z.object({ integration: z.string(), incident: z.string().max(100) });
const listQuery = z.object({
  integration: z.string().optional(),
  /** `true`: only those that are open. `false`: only those that are over. */
  open: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.string().min(1).max(200).optional(),
});
const bundleQuery = z.object({ format: z.enum(['json', 'markdown']).default('json') });
const errors = { 400: problemSchema, 404: problemSchema };
const base = '/api/v1/incidents';

export function incidentRoutes(app: App, options: AppOptions): void {
  const list = {
    summary: 'Incidents of all integrations, newest first',
    querystring: listQuery,
    response: { 200: incidentListSchema, ...errors },
  };
  app.get(base, { schema: list }, async (request) => listIncidents(options, request.query));

  const one = { summary: 'One incident with its timeline', params, response: { 200: incidentViewSchema, ...errors } };
  app.get(`${base}/:integration/:incident`, { schema: one }, async (request) =>
    incidentView(options, request.params.integration, request.params.incident),
  );

  // Two formats: the schema of the JSON one is applied by hand.
  const bundle = { summary: 'Everything about one incident, to hand on', params, querystring: bundleQuery };
  app.get(`${base}/:integration/:incident/bundle`, { schema: bundle }, async (request, reply) => {
    const { integration, incident: id } = request.params;
    const made = incidentBundleSchema.parse(await incidentBundle(options, { integration, id, timeZone: 'UTC' }));
    const isJson = request.query.format === 'json';
    const name = `${integration}-${id}.${isJson ? 'json' : 'md'}`.replace(/[^\w.-]/g, '_');
    reply.headers({
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    });
    return reply.send((isJson ? JSON.stringify(made, null, 2) : bundleMarkdown(made)) as never);
  });
}
