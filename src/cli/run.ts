/** `syncwarden run`: the supervisor as a service, with its HTTP API and pages. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { pino } from 'pino';
import { systemClock } from '../core/clock.ts';
import { createApp } from '../http/app.ts';
import type { App } from '../http/app-options.ts';
import { listen } from '../http/listen.ts';
import { readConfig } from '../supervise/config.ts';
import { startSupervisor } from '../supervise/supervisor.ts';
import { judgeSite } from './config-findings.ts';
import { portNumber } from './options.ts';
import { goOnUnread, terminal, untilAskedToEnd } from './terminal.ts';
import { version } from './version.ts';

interface RunOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
  readonly data?: string;
  readonly json?: boolean;
}

export function runCommand(done: (exitCode: number) => void): Command {
  return new Command('run')
    .description('supervise the integrations of a configuration file')
    .requiredOption('--config <file>', 'configuration file (YAML)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, or the file says)')
    .option('--port <number>', 'port to listen on (default: 4780, or the file says)', portNumber)
    .option('--data <directory>', 'data directory (default: the file says)')
    .option('--json', 'tell on stdout, as JSON lines, when it is ready')
    .action(async (options: RunOptions) => done(await run(options)));
}

async function run(options: RunOptions): Promise<number> {
  goOnUnread();
  const config = withFlags(await readConfig(options.config, process.env), options);
  const log = pino(
    { level: config.log.level, redact: ['*.password', '*.token', '*.applicationId'] },
    pino.destination(2),
  );
  judgeSite(config, {
    file: options.config,
    at: systemClock.now(),
    say: terminal.say,
    warn: ({ message, ...where }) => log.warn(where, message),
  });
  const supervisor = await startSupervisor({ config, clock: systemClock, log, environment: process.env });
  let app: App | null = null;
  try {
    app = await createApp({
      runtime: supervisor.runtime,
      integrations: supervisor.integrations,
      plugin: supervisor.plugin,
      clock: systemClock,
      webRoot: webRoot(),
      ...(config.demo ? { demo: config.demo } : {}),
      host: config.http.host,
      version,
      logger: log,
    });
    const url = await listen(app, config.http);
    if (options.json) terminal.printJson({ kind: 'ready', url, pid: process.pid, version });
    else terminal.print(`Supervising ${supervisor.integrations.length} integrations. Dashboard: ${url}`);
    const why = await untilAskedToEnd();
    log.info({ why }, 'Ending.');
  } finally {
    await app?.close();
    await supervisor.close();
  }
  return 0;
}

function withFlags<C extends Awaited<ReturnType<typeof readConfig>>>(config: C, options: RunOptions): C {
  const http = { ...config.http, host: options.host ?? config.http.host, port: options.port ?? config.http.port };
  return { ...config, http, data: options.data === undefined ? config.data : resolve(options.data) };
}

/** The built pages beside the compiled code; null when they were not built. */
function webRoot(): string | null {
  const directory = fileURLToPath(new URL('../../web', import.meta.url));
  return existsSync(directory) ? directory : null;
}
