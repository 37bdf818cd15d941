/** `syncwarden demo`: a whole simulated site to watch, or one scenario played to its end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { systemClock } from '../core/clock.ts';
import { invariant } from '../core/errors.ts';
import { scenarios } from '../simulator/scenarios/index.ts';
import { play } from '../simulator/scenarios/play.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { Stage } from '../simulator/scenarios/stage.ts';
import { type OpenSite, openSite } from '../simulator/site/open-site.ts';
import { sitePlans } from '../simulator/site/plans/index.ts';
import { portNumber, whole } from './options.ts';
import { terminal, untilAskedToEnd } from './terminal.ts';

interface DemoOptions {
  readonly scenario?: string;
  readonly headless?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly cardholders: number;
  readonly seed: number;
  readonly port?: number;
  readonly data?: string;
}

/** A page of the walk, for each of the workers, and both entities of a cardholder: what an interruption may repeat. */
const rewritesMax = 400;

export function demoCommand(done: (exitCode: number) => void): Command {
  const names = scenarios.map(({ name }) => name);
  return new Command('demo')
    .description('run a simulated site with a supervisor, a dashboard and faults to inject')
    .addOption(new Option('--scenario <name>', 'what to play (headless: healthy when not named)').choices(names))
    .option('--headless', 'play the scenario to its end, without a dashboard to watch')
    .option('--json', 'print JSON lines')
    .option('--verbose', 'show what the processes write to stderr')
    .option('--cardholders <number>', 'people in SiPass', whole(1, 1_000_000), 2_000)
    .option('--seed <number>', 'what the people are made from', whole(0, 2 ** 31), 1)
    .option('--port <number>', 'port of the dashboard (default: 4780; headless: a free one)', portNumber)
    .option('--data <directory>', 'where to keep the data (default: a temporary folder)')
    .action(async (options: DemoOptions) => done(await demo(options)));
}

async function demo(options: DemoOptions): Promise<number> {
  const directory = options.data ? resolve(options.data) : await mkdtemp(join(tmpdir(), 'syncwarden-demo-'));
  try {
    return await runSite(directory, options);
  } finally {
    if (!options.data) await rm(directory, { recursive: true, force: true });
  }
}

async function runSite(directory: string, options: DemoOptions): Promise<number> {
  const program = fileURLToPath(new URL('../../../bin/syncwarden.js', import.meta.url));
  const { cardholders, seed } = options;
  const { site = 'single' } = find(options);
  const open = await openSite({
    plan: await sitePlans[site]({ program, cardholders, seed, profile: 'mp28x' }),
    program,
    directory,
    port: options.port ?? (options.headless ? 0 : 4780),
    onTalk: (name, line) => {
      if (options.verbose) terminal.say(`${name}: ${line}`);
    },
  });
  try {
    return options.headless ? await playUnlessEnded(open, options) : await show(open, options);
  } finally {
    await open.close();
  }
}

/** What is ended early has kept no promise; it is tidied up like any other. */
async function playUnlessEnded(open: OpenSite, options: DemoOptions): Promise<number> {
  const { asked, signal } = askedToEnd();
  try {
    return await Promise.race([playToEnd(open, options, signal), asked.then(() => 1)]);
  } finally {
    // The channel to a parent, listened to, would outlast the play.
    if (process.connected) process.disconnect();
  }
}

async function show({ site }: OpenSite, options: DemoOptions): Promise<number> {
  if (options.json) terminal.printJson({ kind: 'ready', url: site.supervisorUrl });
  else {
    terminal.print(`Dashboard:  ${site.supervisorUrl}/`);
    terminal.print(`Inspector:  ${site.supervisorUrl}/inspect`);
    terminal.print('A simulated SiPass, its proxy and a Security Center run beside it. Ctrl-C ends them all.');
  }
  const { asked, signal } = askedToEnd();
  if (options.scenario) await Promise.race([playToEnd({ site }, options, signal), asked]);
  await asked;
  return 0;
}

function askedToEnd(): { readonly asked: Promise<void>; readonly signal: AbortSignal } {
  const ending = new AbortController();
  const asked = untilAskedToEnd().then(() => ending.abort(new Error('The demo is ending.')));
  return { asked, signal: ending.signal };
}

async function playToEnd({ site }: Pick<OpenSite, 'site'>, options: DemoOptions, signal: AbortSignal): Promise<number> {
  const { json } = options;
  const scenario = find(options);
  const tell = (line: { readonly kind: string; readonly [member: string]: unknown }) => {
    if (json) terminal.printJson({ ...line, scenario: scenario.name });
    else terminal.print(sentence(line, site.integrations.length > 1));
  };
  tell({ kind: 'promise', what: scenario.promise });
  const stage = new Stage({ site, clock: systemClock, tell, signal });
  const result = await play({ scenario, stage, rewritesMax });
  if (json) terminal.printJson(result);
  else
    terminal.print(
      `${result.kept ? 'Kept' : 'BROKEN'}: ${scenario.promise} (${Math.round(result.durationMs / 1000)} s)`,
    );
  return result.kept ? 0 : 1;
}

/** Commander has checked the choice. */
function find({ scenario: name = 'healthy' }: DemoOptions): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  invariant(scenario, `there is a scenario "${name}"`);
  return scenario;
}

function sentence(line: { readonly [member: string]: unknown }, hasSeveral: boolean): string {
  const { kind, what, held, found, state, integration } = line;
  if (kind === 'state') return `  ${hasSeveral ? `${integration}: ` : ''}${state}`;
  if (kind === 'expectation') return `  ${held ? 'held' : 'BROKEN'}: ${what}${held ? '' : ` (found ${found})`}`;
  return kind === 'fault' ? `* ${what}` : `${what}`;
}
