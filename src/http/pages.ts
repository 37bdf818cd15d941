/** The built pages: the dashboard at `/`, the inspector at `/inspect`, and what they load. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from './app-options.ts';

const pages = { '/': 'index.html', '/inspect': 'inspect.html', '/icon.svg': 'icon.svg' };

/** Serves the folder of the built pages. */
export async function servePages(app: App, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, { root: webRoot, serve: false });
  // The names of assets carry a hash of their content: a browser may keep them for ever.
  const assets = join(webRoot, 'assets');
  if (existsSync(assets))
    await app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      immutable: true,
      maxAge: '1y',
      decorateReply: false,
    });
  for (const [path, file] of Object.entries(pages))
    if (existsSync(join(webRoot, file)))
      app.get(path, { schema: { hide: true } }, (_, reply) => reply.sendFile(file, { maxAge: 0 }));
}
