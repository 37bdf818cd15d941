/**
 * The presets with the real clients of Docker and Kubernetes, where they are installed, against servers that answer as the
 * documented interfaces do: what the stand-ins cannot show is that the real programs read our arguments as they are meant.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createRemedy, remedySchema } from '../../src/remedies/create-remedy.ts';
import type { RemedyUse } from '../../src/remedies/remedy.ts';

const has = (program: string, ...args: string[]) => spawnSync(program, args, { timeout: 20_000 }).status === 0;

let folder: string;
let server: Server;
let port: number;
let answer: (method: string, path: string, body: string) => [status: number, body?: unknown];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'syncwarden-clients-'));
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const [status, content] = answer(request.method ?? '', request.url ?? '', body);
    response.writeHead(status, { 'content-type': 'application/json', 'api-version': '1.44' });
    response.end(content === undefined ? '' : JSON.stringify(content));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const remedy = (options: object) =>
  createRemedy(remedySchema.parse(options), {
    clock: systemClock,
    variables: { ...process.env, HOME: folder, DOCKER_CONFIG: folder, KUBECONFIG: join(folder, 'config') },
    random: Math.random,
  });
const use: RemedyUse = {
  ...{ integration: 'hq', rung: 'restart-proxy', idempotencyKey: 'hq:1', fencingToken: 1, startedAt: Date.now() },
  signal: new AbortController().signal,
};
const notFound = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };

describe.skipIf(!has('docker', '--version'))('the real docker', () => {
  test('restarts, and tells the start', async () => {
    let startedAt = '2020-01-01T00:00:00.123456789Z';
    answer = (method, path) => {
      if (method === 'POST' && /\/containers\/proxy\/restart/.test(path)) {
        startedAt = new Date().toISOString();
        return [204];
      }
      if (/\/containers\/proxy\/json/.test(path))
        return [200, { Id: 'x', State: { StartedAt: startedAt, Running: true } }];
      return /\/_ping/.test(path) ? [200] : [404, { message: 'page not found' }];
    };
    const docker = remedy({ kind: 'docker', container: 'proxy', host: `tcp://127.0.0.1:${port}` });

    expect(await docker.wasDone(use)).toBe(false);
    expect(await docker.act(use)).toContain('has restarted the container proxy');
    expect(await docker.wasDone(use)).toBe(true);
  });
});

describe.skipIf(!has('kubectl', 'version', '--client'))('the real kubectl', () => {
  test('restarts, waits for the rollout, and tells when it was asked to', async () => {
    let annotations: Record<string, string> = {};
    const deployment = () => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'proxy', namespace: 'access', generation: 1, uid: 'u', resourceVersion: '1' },
      spec: { replicas: 1, template: { metadata: { annotations }, spec: { containers: [] } } },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 },
    });
    const resource = { name: 'deployments', singularName: 'deployment', namespaced: true, kind: 'Deployment' };
    const verbs = ['get', 'list', 'patch', 'watch'];
    const version = { groupVersion: 'apps/v1', version: 'v1' };
    const fixed: Record<string, unknown> = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [{ name: 'apps', versions: [version], preferredVersion: version }],
      },
      '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
      '/apis/apps/v1': { kind: 'APIResourceList', groupVersion: 'apps/v1', resources: [{ ...resource, verbs }] },
    };
    answer = (method, url, body) => {
      const path = url.split('?', 1)[0] ?? '';
      const collection = '/apis/apps/v1/namespaces/access/deployments';
      if (method === 'PATCH' && path === `${collection}/proxy`)
        annotations = JSON.parse(body).spec.template.metadata.annotations;
      if (path === `${collection}/proxy`) return [200, deployment()];
      if (path === collection)
        return [200, { kind: 'DeploymentList', apiVersion: 'apps/v1', metadata: {}, items: [deployment()] }];
      return path in fixed ? [200, fixed[path]] : [404, notFound];
    };
    const name = { name: 'site', cluster: { server: `http://127.0.0.1:${port}` } };
    const context = { name: 'site', context: { cluster: 'site', user: 'site' } };
    const config = { apiVersion: 'v1', kind: 'Config', clusters: [name], contexts: [context], users: [] };
    writeFileSync(join(folder, 'config'), JSON.stringify(config));
    const options = { kind: 'kubernetes', workload: 'deployment', name: 'proxy', namespace: 'access', context: 'site' };

    expect(await remedy(options).wasDone(use)).toBe(false);
    expect(await remedy(options).act(use)).toContain('has restarted deployment/proxy');
    expect(await remedy(options).wasDone(use)).toBe(true);
  });
});
