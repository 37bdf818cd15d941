/** The HTTP interface: API, event stream, health, metrics, and the pages. Builds the application; does not listen. */
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Clock } from '../core/clock.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { guardRequests } from './guard.ts';
import { answerProblems } from './problem.ts';
import { commandRoutes } from './routes/commands.ts';
import { demoRoutes } from './routes/demo.ts';
import { healthRoutes } from './routes/health.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { streamRoutes } from './routes/stream.ts';

export interface AppOptions {
  readonly runtime: Runtime;
  readonly integrations: readonly { readonly id: string; readonly title: string }[];
  readonly clock: Clock;
  /** Host to listen on; decides which Host headers are taken. */
  readonly host: string;
  /** Version of this package, for metrics and the description of the API. */
  readonly version: string;
  /** Folder of the built pages; null serves none. */
  readonly webRoot: string | null;
  readonly demo?: { readonly controlUrl: string };
  readonly logger?: FastifyBaseLogger;
}

/** A fastify instance whose routes are typed by zod. */
export type App = FastifyInstance<
  import('fastify').RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export async function createApp(options: AppOptions): Promise<App> {
  const { logger, version, webRoot } = options;
  const app: App = fastify(logger ? { loggerInstance: logger } : {}).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  guardRequests(app, options.host);
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
    // Sites run this over plain HTTP on loopback: what promises TLS would only break it.
    hsts: false,
    crossOriginOpenerPolicy: false,
  });
  await app.register(swagger, {
    openapi: { info: { title: 'Syncwarden', version } },
    transform: jsonSchemaTransform,
  });
  for (const routes of [integrationRoutes, commandRoutes, streamRoutes, healthRoutes, metricsRoutes, demoRoutes])
    routes(app, options);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  if (webRoot !== null) await servePages(app, webRoot);
  return app;
}

async function servePages(app: App, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(webRoot, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  });
  await app.register(fastifyStatic, { root: webRoot, serve: false, decorateReply: false });
  const pages = { '/': 'index.html', '/inspect': 'inspect.html', '/icon.svg': 'icon.svg' };
  for (const [path, file] of Object.entries(pages))
    app.get(path, { schema: { hide: true } }, (_, reply) => reply.sendFile(file, webRoot, { maxAge: 0 }));
}
