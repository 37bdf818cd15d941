/** A real browser for tests: the one that `SYNCWARDEN_CHROMIUM` names, otherwise the one that comes as an npm package. */
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Starts it without any traffic of its own. */
export async function startBrowser(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  // Its own arguments are for a sandbox without processes; one process ends with its first page, and the rules of the
  // web must hold here.
  const unwanted = ['--single-process', '--no-zygote', '--disable-web-security', '--allow-running-insecure-content'];
  const args = chromium.args.filter((argument) => !unwanted.includes(argument));
  return await playwright.launch({
    executablePath: process.env['SYNCWARDEN_CHROMIUM'] || (await chromium.executablePath()),
    args: [...args, '--no-sandbox', '--disable-gpu', ...quiet],
  });
}
