/** A fixture server and a browser for one test file, and visits that hold for every page: nothing strays. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startBrowser } from './browser.ts';
import { type FixtureServer, type Scene, startFixtureServer } from './fixture-server.ts';

export interface VisitOptions {
  readonly demo?: boolean;
  readonly dark?: boolean;
  readonly width?: number;
}

export interface Site {
  server(): FixtureServer;
  /** Opens a page in a scene, in a context of its own, and waits until the first state was read. */
  visit(scene: Scene, address: '/' | '/inspect', options?: VisitOptions): Promise<Page>;
}

/**
 * Registers what opens and closes the site around the tests of a file. Each test fails when its page asked for anything
 * of another origin, broke the content security policy, or threw.
 */
export function openSite(): Site {
  let server: FixtureServer;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let strays: string[] = [];

  beforeAll(async () => {
    server = await startFixtureServer();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    expect(strays).toEqual([]);
  });

  function watch(page: Page): void {
    page.on('request', (request) => {
      if (!request.url().startsWith(`${server.url}/`)) strays.push(request.url());
    });
    page.on('pageerror', (error) => strays.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) strays.push(message.text());
    });
  }

  return {
    server: () => server,
    async visit(scene, address, { demo = false, dark = false, width = 1280 } = {}) {
      await context?.close();
      strays = [];
      server.play(scene, { demo });
      context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' });
      context.setDefaultTimeout(5_000);
      const page = await context.newPage();
      watch(page);
      await page.goto(`${server.url}${address}`);
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Reading the state' }).waitFor();
      return page;
    },
  };
}
