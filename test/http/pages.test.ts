/** The pages and the port: served offline under a strict policy, and a clear word when the port is taken. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { openStation } from './station.ts';

/** A folder as the build of the pages leaves it. */
async function builtPages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncwarden-pages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<title>Dashboard</title>');
  await writeFile(join(folder, 'inspect.html'), '<title>Inspector</title>');
  await writeFile(join(folder, 'assets', 'index-4f2a.js'), 'export {};');
  return folder;
}

describe('the pages', () => {
  test('are served at their addresses, never stale, with their assets for ever', async () => {
    const { app } = await openStation({ webRoot: await builtPages() });

    const dashboard = await app.inject('/');
    const inspector = await app.inject('/inspect');
    const asset = await app.inject('/assets/index-4f2a.js');

    expect(dashboard.body).toContain('Dashboard');
    expect(dashboard.headers['content-type']).toContain('text/html');
    expect(dashboard.headers['cache-control']).toContain('max-age=0');
    expect(inspector.body).toContain('Inspector');
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  test.each(['/assets/../index.html', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/', '/package.json', '/icon.svg'])(
    'are all there is: %s is not',
    async (url) => {
      const { app } = await openStation({ webRoot: await builtPages() });

      const answer = await app.inject(url);

      expect([403, 404]).toContain(answer.statusCode);
      expect(answer.json()).toHaveProperty('code');
    },
  );

  test('may load nothing from elsewhere, and ask for nothing that plain HTTP lacks', async () => {
    const { app } = await openStation({ webRoot: await builtPages() });

    for (const url of ['/', '/api/v1/integrations', '/nothing']) {
      const { headers } = await app.inject(url);
      expect(headers['content-security-policy']).toBe(
        "default-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;frame-ancestors 'none'",
      );
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['cross-origin-opener-policy']).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('are missing when they were not built, while the API is there', async () => {
    const { app } = await openStation();

    expect((await app.inject('/')).statusCode).toBe(404);
    expect((await app.inject('/api/v1/integrations')).statusCode).toBe(200);
  });
});

describe('listening', () => {
  test('answers the address, on a free port when none is named', async () => {
    const { app } = await openStation();

    const url = await listen(app, { host: '127.0.0.1', port: 0 });

    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  test('says in a coded error that the port is taken', async () => {
    const first = await openStation();
    const second = await openStation();
    const { port } = new URL(await listen(first.app, { host: '127.0.0.1', port: 0 }));

    const taken = listen(second.app, { host: '127.0.0.1', port: Number(port) });

    await expect(taken).rejects.toMatchObject({ code: 'SW_PORT_IN_USE' });
    await expect(taken).rejects.toThrow(port);
  });

  test('lets every other failure through as it is', async () => {
    const { app } = await openStation();

    await expect(listen(app, { host: '203.0.113.1', port: 0 })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
