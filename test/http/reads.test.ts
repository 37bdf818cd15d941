/** What the API answers to questions, and how it fails. */
import { describe, expect, test } from 'vitest';
import { integrationViewSchema, problemSchema } from '../../src/http/api.ts';
import { statechartSchema } from '../../src/http/statechart-api.ts';
import { openStation } from './station.ts';

describe('the API', () => {
  test('lists all integrations in the configured order', async () => {
    const integrations = ['hq', 'harbour', 'annex'].map((id) => ({ id, title: `The ${id}` }));
    const { app } = await openStation({ integrations });

    const answer = await app.inject('/api/v1/integrations');

    const list = integrationViewSchema.array().parse(answer.json().integrations);
    expect(list.map(({ id, title }) => [id, title])).toEqual(integrations.map(({ id, title }) => [id, title]));
  });

  test('shows only integrations that were configured', async () => {
    const { app, runtime } = await openStation({ integrations: [{ id: 'hq', title: 'HQ' }] });
    await runtime.stop('hq');

    expect((await app.inject('/api/v1/integrations')).json()).toEqual({ integrations: [], setAside: [] });
    expect((await app.inject('/api/v1/integrations/hq')).statusCode).toBe(404);
  });

  test('draws the statechart of an integration with the states that its view names', async () => {
    const { app, view } = await openStation();

    const answer = await app.inject('/api/v1/integrations/hq/statechart');

    const chart = statechartSchema.parse(answer.json());
    const ids = new Set(chart.nodes.map(({ id }) => id));
    expect((await view()).active.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('describes itself in OpenAPI with every route of the contract', async () => {
    const { app } = await openStation();

    const api = (await app.inject('/openapi.json')).json();

    expect(api.info).toEqual({ title: 'Syncwarden', version: '0.0.1-test' });
    expect(Object.keys(api.paths).sort()).toEqual([
      '/api/v1/demo',
      '/api/v1/demo/faults/{id}',
      '/api/v1/fleet',
      '/api/v1/fleet/brake',
      '/api/v1/fleet/dry-run',
      '/api/v1/incidents',
      '/api/v1/incidents/{integration}/{incident}',
      '/api/v1/incidents/{integration}/{incident}/bundle',
      '/api/v1/integrations',
      '/api/v1/integrations/{id}',
      '/api/v1/integrations/{id}/approvals',
      '/api/v1/integrations/{id}/cancel',
      '/api/v1/integrations/{id}/diff',
      '/api/v1/integrations/{id}/entities',
      '/api/v1/integrations/{id}/events',
      '/api/v1/integrations/{id}/explanation',
      '/api/v1/integrations/{id}/history',
      '/api/v1/integrations/{id}/holds',
      '/api/v1/integrations/{id}/holds/{name}',
      '/api/v1/integrations/{id}/index/rebuild',
      '/api/v1/integrations/{id}/refresh',
      '/api/v1/integrations/{id}/rejected',
      '/api/v1/integrations/{id}/rejected/drop',
      '/api/v1/integrations/{id}/rejected/retry',
      '/api/v1/integrations/{id}/release',
      '/api/v1/integrations/{id}/remedies',
      '/api/v1/integrations/{id}/runs/takeover',
      '/api/v1/integrations/{id}/statechart',
      '/api/v1/integrations/{id}/steps',
      '/api/v1/integrations/{id}/synchronizations',
      '/api/v1/integrations/{id}/tasks',
      '/api/v1/integrations/{id}/tasks/{task}',
      '/api/v1/integrations/{id}/verify',
      '/api/v1/stream',
      '/livez',
      '/readyz',
    ]);
  });
});

describe('a problem', () => {
  test.each([
    '/api/v1/integrations/nowhere',
    '/api/v1/integrations/nowhere/history',
    '/api/v1/nothing',
    '/wp-login.php',
  ])('says what is not there: %s', async (url) => {
    const { app } = await openStation();

    const answer = await app.inject(url);

    expect(answer.statusCode).toBe(404);
    expect(problemSchema.parse(answer.json()).code).toBe('SW_NOT_FOUND');
  });

  test('of our own tells neither stack nor message, but the log gets both', async () => {
    const station = await openStation();
    const lines: object[] = [];
    station.app.get('/broken', { schema: { hide: true } }, () => {
      throw new Error('secret inside');
    });
    station.app.log.error = (details: object) => void lines.push(details);

    const answer = await station.app.inject('/broken');

    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('SW_INTERNAL');
    expect(answer.body).not.toContain('secret inside');
    expect(lines).toHaveLength(1);
  });

  test('names what is wrong with a request', async () => {
    const { app } = await openStation();
    const request = {
      method: 'POST',
      url: '/api/v1/integrations/hq/synchronizations',
      payload: { mode: 'half' },
    } as const;

    const answer = await app.inject(request);

    expect(answer.statusCode).toBe(400);
    expect(answer.json().message).toMatch(/body.*mode/);
  });
});
