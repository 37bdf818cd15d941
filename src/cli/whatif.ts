/** `syncwarden whatif`: plays outages against the policy of a configuration in the simulation, and tells what it would do. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { systemClock } from '../core/clock.ts';
import type { Outages } from '../simulation/whatif/pattern.ts';
import { readConfig } from '../supervise/config.ts';
import { findingWords, judgeSite } from './config-findings.ts';
import { whole } from './options.ts';
import { terminal } from './terminal.ts';
import { footLines, headLines, patternLines, worstLines } from './whatif-words.ts';

interface Asked {
  readonly config: string;
  readonly outages?: string;
  readonly seed: number;
  readonly seeds: number;
  /** Minutes. */
  readonly answerAfter: number;
  readonly json?: boolean;
}

/** The simulation is large, and no other command needs it. */
const loadSimulation = async () => {
  const [{ playAll, subjectsOf }, { playable }, { placeholdersFor }, { parseOutages, invalidOutages }, { catalogue }] =
    await Promise.all([
      import('../simulation/whatif/whatif.ts'),
      import('../simulation/whatif/stand-ins.ts'),
      import('../simulation/whatif/placeholders.ts'),
      import('../simulation/whatif/pattern.ts'),
      import('../simulation/whatif/catalogue.ts'),
    ]);
  return { playAll, subjectsOf, playable, placeholdersFor, parseOutages, invalidOutages, catalogue };
};
type Simulation = Awaited<ReturnType<typeof loadSimulation>>;

export function whatifCommand(done: (exitCode: number) => void): Command {
  return new Command('whatif')
    .description('play outages against the policy of a configuration in the simulation; nothing real is touched')
    .requiredOption('--config <file>', 'configuration file (YAML); variables that it names need not be set')
    .option('--outages <file>', 'patterns of outages (YAML; default: a built-in catalogue)')
    .option('--seed <number>', 'first of the seeds', whole(0, 2 ** 31), 1)
    .option('--seeds <number>', 'how often each pattern is played, each time a little different', whole(1, 1_000), 3)
    .option('--answer-after <minutes>', 'how long a person takes who is asked for something', whole(0, 100_000), 10)
    .option('--json', 'print JSON lines, times in milliseconds')
    .action(async (asked: Asked) => done(await whatif(asked)));
}

async function whatif(asked: Asked): Promise<number> {
  const { config: file, seed, seeds, answerAfter, json = false } = asked;
  const simulation = await loadSimulation();
  const { config, remedyOptions, leftOut, unknownRemedies } = simulation.playable(await readAnyway(file, simulation));
  const outages = await outagesOf(
    asked,
    simulation,
    config.integrations.map(({ id }) => id),
  );
  const begun = systemClock.monotonic();
  const subjects = simulation.subjectsOf(config);
  const about = { patterns: outages.patterns.length, seeds, leftOut, unknownRemedies };
  if (json) terminal.printJson({ kind: 'whatif', ...about, seed, subjects });
  let subject: string | null = null;
  const worst = await simulation.playAll({
    config,
    remedyOptions,
    outages,
    seed,
    seeds,
    answerAfterMs: answerAfter * 60_000,
    tell: (played) => {
      if (json) return terminal.printJson({ kind: 'pattern', ...played });
      const of = subjects.find(({ id }) => id === played.subject);
      if (of && of.id !== subject) for (const line of headLines(of, about)) terminal.print(line);
      subject = played.subject;
      for (const line of patternLines(played)) terminal.print(line);
    },
  });
  const seconds = Math.round((systemClock.monotonic() - begun) / 100) / 10;
  if (json) terminal.printJson({ kind: 'result', ...worst, seconds });
  else for (const line of [...worstLines(worst, outages), ...footLines(about, answerAfter)]) terminal.print(line);
  return 0;
}

/** Reads and judges a configuration as `run` does, with something in the place of each variable that is not set. */
async function readAnyway(file: string, { placeholdersFor }: Simulation) {
  const text = await readFile(file, 'utf8').catch(() => ''); // reading it below tells what is wrong
  const config = await readConfig(file, { ...process.env, ...placeholdersFor(text, process.env) });
  judgeSite(config, {
    file,
    at: systemClock.now(),
    say: terminal.say,
    warn: (finding) => terminal.say(findingWords(finding)),
  });
  return config;
}

async function outagesOf({ outages: file }: Asked, simulation: Simulation, ids: readonly string[]): Promise<Outages> {
  const { catalogue, parseOutages, invalidOutages } = simulation;
  if (file === undefined) return catalogue;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalidOutages(file, 'a readable file', cause instanceof Error ? cause.message : String(cause), cause);
  });
  return parseOutages(text, file, ids);
}
