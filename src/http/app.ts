/** The HTTP interface: API, event stream, health, metrics, and the pages. Builds the application; does not listen. */
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { fastify, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { App, AppOptions } from './app-options.ts';
import { guardRequests } from './guard.ts';
import { takeJson } from './json-body.ts';
import { servePages } from './pages.ts';
import { answerProblems } from './problem.ts';
import { commandRoutes } from './routes/commands.ts';
import { demoRoutes } from './routes/demo.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { ladderRoutes } from './routes/ladder.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { pluginReadRoutes } from './routes/plugin-reads.ts';
import { streamRoutes } from './routes/stream.ts';
import { taskRoutes } from './routes/tasks.ts';

/** Largest request body; every request of the API is far smaller. */
const bodyBytesMax = 64 * 1024;

const routes = [
  integrationRoutes,
  commandRoutes,
  ladderRoutes,
  taskRoutes,
  fleetRoutes,
  incidentRoutes,
  pluginReadRoutes,
  streamRoutes,
  healthRoutes,
  metricsRoutes,
  demoRoutes,
];

/** Builds the application over a runtime. Closing it ends every open stream; the runtime stays open. */
export async function createApp(options: AppOptions): Promise<App> {
  const { logger, version, webRoot } = options;
  const app: App = fastify({
    bodyLimit: bodyBytesMax,
    ...(logger ? { loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }) } : {}),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  takeJson(app);
  guardRequests(app, options.host);
  await secure(app);
  await app.register(swagger, {
    openapi: { info: { title: 'Syncwarden', version } },
    transform: jsonSchemaTransform,
  });
  for (const add of routes) add(app, options);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  if (webRoot !== null) await servePages(app, webRoot);
  return app;
}

async function secure(app: App): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'frame-ancestors': ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    // Sites run this over plain HTTP on loopback: what promises TLS would only break it.
    hsts: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}
