/** Serves the built pages and plays recorded states of the API, under the content security policy of the real server. */
import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { integrationMachine } from '../../machines/integration.ts';
import {
  type IntegrationView,
  integrationViewSchema,
  problemSchema,
  type SetAsideView,
  type StepView,
  stepViewSchema,
  synchronizationRequestSchema,
} from '../../src/http/api.ts';
import {
  approvalRequestSchema,
  brakeRequestSchema,
  dryRunSwitchSchema,
  remedyRequestSchema,
  stepRequestSchema,
} from '../../src/http/fleet-api.ts';
import { incidentListSchema } from '../../src/http/incident-api.ts';
import type { RejectedList } from '../../src/http/plugin-api.ts';
import { layoutStatechart } from '../../src/http/statechart.ts';
import { recordedExplanation, recordedFleet, recordedIncidents } from './recorded-fleet.ts';
import { recordedSteps } from './recorded-steps.ts';
import { recordedView, type Situation } from './recorded-views.ts';

/** `empty` has no integration; `broken` answers every question with a failure; `several` has two integrations. */
export type Scene = Situation | 'empty' | 'broken' | 'several';

export interface FixtureServer {
  readonly url: string;
  /** What the pages asked the server to do, newest last, as `POST refresh` or `POST synchronizations {"mode":"full"}`. */
  readonly orders: string[];
  /** Shows another scene to whoever asks from now on. */
  play(scene: Scene, options?: { readonly demo?: boolean }): void;
  /** Makes the next orders fail with this sentence; null lets them succeed. */
  refuse(message: string | null): void;
  push(message: { readonly view: IntegrationView } | { readonly step: StepView }): void;
  /** Ends all streams and refuses new ones, as a server does that is gone; or is there again. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

const webDirectory = fileURLToPath(new URL('../../dist/web', import.meta.url));
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'";
const demo = {
  title: 'Everything here is simulated',
  faults: [
    {
      id: 'cut',
      title: 'Cut the connection to SiPass',
      description: 'SiPass stops answering until this is switched off.',
      oneShot: false,
    },
    {
      id: 'slow',
      title: 'Slow down Security Center',
      description: 'Each answer takes three seconds.',
      oneShot: false,
    },
    {
      id: 'lose',
      title: 'Delete 50 cardholders',
      description: 'They vanish from Security Center behind our back.',
      oneShot: true,
    },
    {
      id: 'hang',
      title: 'Hang the plugin',
      description: 'The plugin process stops answering, as after a deadlock.',
      oneShot: true,
    },
  ],
};

const faultOrderSchema = z.strictObject({ active: z.boolean() });

interface Stage {
  /** Ids of the faults that are switched on. */
  faults: Set<string>;
  scene: Scene;
  demo: boolean;
  refusal: string | null;
  reachable: boolean;
  now: number;
}

export async function startFixtureServer(): Promise<FixtureServer> {
  if (!existsSync(`${webDirectory}/index.html`))
    throw new Error('dist/web is missing: build the pages first with `npm run build`.');
  const stage: Stage = {
    faults: new Set(),
    scene: 'healthy',
    demo: false,
    refusal: null,
    reachable: true,
    now: Date.now(),
  };
  const streams = new Set<ServerResponse>();
  const orders: string[] = [];
  const chart = await layoutStatechart(integrationMachine);
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy);
    const failing = stage.scene === 'broken' || !stage.reachable;
    if (failing && (request.url.startsWith('/api') || request.url === '/livez')) await unavailable(reply);
  });
  await app.register(fastifyStatic, { root: webDirectory });
  app.get('/inspect', (_, reply) => reply.sendFile('inspect.html'));
  app.get('/livez', () => ({ ok: true }));
  app.get('/api/v1/integrations/:id/statechart', () => chart);
  addReads(app, stage);
  addFleet(app, stage);
  addOrders(app, stage, orders);
  app.get('/api/v1/stream', (_, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    streams.add(reply.raw);
    reply.raw.on('close', () => streams.delete(reply.raw));
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const endStreams = () => {
    for (const stream of streams) stream.destroy();
  };
  return {
    url,
    orders,
    play(scene, options = {}) {
      Object.assign(stage, {
        faults: new Set(['slow']),
        scene,
        demo: options.demo ?? false,
        reachable: true,
        refusal: null,
        now: Date.now(),
      });
      orders.length = 0;
    },
    refuse(message) {
      stage.refusal = message;
    },
    push(message) {
      for (const stream of streams) stream.write(eventText(message));
    },
    setReachable(reachable) {
      stage.reachable = reachable;
      if (!reachable) endStreams();
    },
    async close() {
      endStreams();
      await app.close();
    },
  };
}

function eventText(message: { readonly view: IntegrationView } | { readonly step: StepView }): string {
  if ('view' in message)
    return `event: integration\ndata: ${JSON.stringify(integrationViewSchema.parse(message.view))}\n\n`;
  const step = stepViewSchema.parse(message.step);
  return `event: step\nid: ${step.seq}\ndata: ${JSON.stringify(step)}\n\n`;
}

function unavailable(reply: FastifyReply) {
  return reply
    .code(503)
    .send(problemSchema.parse({ code: 'SW_STORE_FAILED', message: 'The disk of the data directory is full.' }));
}

function viewsOf({ scene, now }: Stage): IntegrationView[] {
  if (scene === 'empty' || scene === 'broken') return [];
  if (scene !== 'several') return [recordedView(scene, now)];
  const second = { ...recordedView('quarantined', now), id: 'harbour', title: 'Harbour: SiPass to Security Center' };
  return [recordedView('healthy', now), second];
}

function setAsideOf({ scene }: Stage): SetAsideView[] {
  if (scene !== 'several') return [];
  const why = 'no machine of that id is registered, and no migration leads from it to integration@3';
  return [{ id: 'depot', machine: 'integration@9', why }];
}

function demoOf({ faults }: Stage) {
  return {
    ...demo,
    faults: demo.faults.map((fault) => ({ ...fault, active: !fault.oneShot && faults.has(fault.id) })),
  };
}

function addReads(app: FastifyInstance, stage: Stage): void {
  app.get('/api/v1/integrations', () => ({ integrations: viewsOf(stage), setAside: setAsideOf(stage) }));
  app.get<{ Params: { id: string }; Querystring: { limit?: string; before?: string } }>(
    '/api/v1/integrations/:id/history',
    ({ params, query }) => {
      const situation = stage.scene === 'several' ? 'healthy' : (stage.scene as Situation); // the others have no history
      const steps = recordedSteps(situation, stage.now).map((step) => ({ ...step, integration: params.id }));
      const before = Number(query.before ?? Number.POSITIVE_INFINITY);
      return { steps: steps.filter(({ seq }) => seq < before).slice(0, Number(query.limit ?? 200)) };
    },
  );
  app.get('/api/v1/integrations/:id/rejected', () => rejectedList(stage.now));
  app.get('/api/v1/demo', (_, reply) =>
    stage.demo
      ? reply.send(demoOf(stage))
      : reply.code(404).send({ code: 'SW_NOT_FOUND', message: 'This is not a demo.' }),
  );
}

function addFleet(app: FastifyInstance, stage: Stage): void {
  app.get('/api/v1/fleet', () => recordedFleet(stage.scene, stage.now));
  app.get<{ Params: { id: string } }>('/api/v1/integrations/:id/explanation', ({ params }) =>
    recordedExplanation(stage.scene, params.id, stage.now),
  );
  app.get<{ Querystring: { integration?: string } }>('/api/v1/incidents', ({ query }) => {
    const found = recordedIncidents(query.integration ?? '', stage.now);
    const incidents = found.map(({ incident: { tries, ...incident } }) => ({ ...incident, tries: tries.length }));
    return incidentListSchema.parse({ incidents, next: null, count: incidents.length });
  });
  app.get<{ Params: { id: string; incident: string } }>('/api/v1/incidents/:id/:incident', ({ params }) =>
    recordedIncidents(params.id, stage.now).find(({ incident }) => incident.id === params.incident),
  );
  app.get<{ Params: { id: string; incident: string } }>('/api/v1/incidents/:id/:incident/bundle', ({ params }, reply) =>
    reply.header('content-disposition', `attachment; filename="${params.incident}.md"`).send(`# ${params.incident}`),
  );
}

function rejectedList(now: number): RejectedList {
  const record = (key: string, message: string): RejectedList['rejected'][number] => ({
    type: 'credential',
    key,
    because: 'refused',
    reason: { code: 'SW_REFUSED', message },
    origin: { kind: 'cardholder', key },
    firstAt: now - 3_600_000,
    lastAt: now - 60_000,
    tries: 4,
    nextTryAt: now + 900_000,
  });
  const rejected = [record('40127', 'The card number is taken.'), record('40131', 'The format is not known.')];
  return { rejected, next: null, count: rejected.length };
}

function addOrders(app: FastifyInstance, stage: Stage, orders: string[]): void {
  const take = (order: string, reply: FastifyReply) => {
    if (stage.refusal !== null) return reply.code(409).send({ code: 'SW_MAILBOX_FULL', message: stage.refusal });
    orders.push(order);
    return reply.code(202).send({});
  };
  const base = '/api/v1/integrations/:id';
  app.post(`${base}/synchronizations`, ({ body }, reply) => {
    const { mode, dryRun, approveDeletes } = synchronizationRequestSchema.parse(body);
    const flags = `${dryRun ? ' dry' : ''}${approveDeletes ? ' approved' : ''}`;
    return take(`POST synchronizations ${mode}${flags}`, reply);
  });
  for (const order of ['refresh', 'cancel', 'release'])
    app.post(`${base}/${order}`, (_, reply) => take(`POST ${order}`, reply));
  app.post(`${base}/verify`, (_, reply) => take('POST verify', reply));
  app.post(`${base}/rejected/retry`, ({ body }, reply) => take(`POST rejected/retry ${JSON.stringify(body)}`, reply));
  app.delete<{ Params: { task: string } }>(`${base}/tasks/:task`, ({ params }, reply) =>
    take(`DELETE tasks ${params.task}`, reply),
  );
  const asked = {
    [`${base}/approvals`]: approvalRequestSchema,
    [`${base}/steps`]: stepRequestSchema,
    [`${base}/remedies`]: remedyRequestSchema,
    '/api/v1/fleet/brake': brakeRequestSchema,
    '/api/v1/fleet/dry-run': dryRunSwitchSchema,
  };
  for (const [path, schema] of Object.entries(asked))
    app.post(path, ({ body }, reply) =>
      take(`POST ${path.split('/').at(-1)} ${JSON.stringify(schema.parse(body))}`, reply),
    );
  for (const name of ['brake', 'dry-run'])
    app.delete(`/api/v1/fleet/${name}`, (_, reply) => take(`DELETE ${name}`, reply));
  app.post(`${base}/holds`, (_, reply) => take('POST holds', reply));
  app.delete<{ Params: { name: string } }>(`${base}/holds/:name`, ({ params }, reply) =>
    take(`DELETE holds ${params.name}`, reply),
  );
  app.post<{ Params: { fault: string } }>('/api/v1/demo/faults/:fault', ({ params, body }, reply) => {
    const { active } = faultOrderSchema.parse(body);
    if (active) stage.faults.add(params.fault);
    else stage.faults.delete(params.fault);
    return take(`POST faults ${params.fault} ${JSON.stringify(body)}`, reply);
  });
}
