/**
 * Plays virtual hours, days and weeks against the real parts and prints one JSON object a line, the result last.
 *
 *   npm run simulate -- --seeds N [--seed S] [--jobs J]            N supervised sites in outages: every part of the product
 *                       [--only 1,3] [--mutation NAME]             ... some of the faults only; a defect put in on purpose
 *   npm run simulate -- --soak [--minutes 60] [--weeks W] [--seed N]    the engine: one site for weeks, memory watched
 *   npm run simulate -- --sites N [--seed S]                            the engine: N small sites, two days each
 *
 * The soak ends after W weeks, or with the first week that ends after so many minutes. The exit code is 0 only when every
 * oracle has held, and memory and index have stayed what they were; with a mutation, only when an oracle has caught it. A
 * seed that fails is printed with the command that repeats it.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { mutations } from './outages/mutations.ts';
import { play } from './outages/play.ts';
import { optionsOf, playOutages } from './outages/seeds.ts';
import { playInWorkers, type Share } from './outages/workers.ts';
import { playSites } from './soak/sites.ts';
import { playWeeks } from './soak/weeks.ts';

const usage = `usage: npm run simulate -- --seeds N [--seed S] [--jobs J] [--only 1,3] [--mutation NAME]
                           | --soak [--minutes 60] [--weeks W] [--seed N]
                           | --sites N [--seed S]
mutations: ${Object.keys(mutations).join(', ')}`;

const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);

if (isMainThread) process.exitCode = await main();
else await playShare(workerData as Share); // what `workers.ts` gives

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      soak: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      weeks: { type: 'string', default: 'Infinity' },
      sites: { type: 'string', default: '0' },
      seeds: { type: 'string', default: '0' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      jobs: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string' },
      mutation: { type: 'string' },
      /** Every line is JSON anyway; taken so that it can be asked for everywhere alike. */
      json: { type: 'boolean', default: false },
    },
  });
  const numbers = [values.minutes, values.weeks, values.sites, values.seeds, values.seed, values.jobs].map(Number);
  const [minutes = 0, weeks = 0, sites = 0, seeds = 0, seed = 0, jobs = 1] = numbers;
  const only = values.only === 'none' ? [] : values.only?.split(',').map(Number);
  const { mutation } = values;
  const modes = [values.soak, sites > 0, seeds > 0].filter((isAsked) => isAsked).length;
  const areWhole = [sites, seeds, seed, jobs, ...(only ?? [])].every(Number.isInteger);
  const isKnown = mutation === undefined || mutation in mutations;
  if (modes !== 1 || !areWhole || !(minutes > 0 && weeks > 0 && jobs > 0) || !isKnown) {
    console.error(usage);
    return 2;
  }
  if (values.soak) return (await playWeeks({ seed, minutes, weeks, print })) ? 0 : 1;
  if (sites > 0) return (await playSites({ seed, sites, print })) ? 0 : 1;
  const threads = Math.min(jobs, seeds);
  const playAll = threads > 1 ? { playAll: playInWorkers(new URL(import.meta.url), threads) } : {};
  return (await playOutages({ seed, seeds, only, mutation, print, ...playAll })) ? 0 : 1;
}

async function playShare(share: Share): Promise<void> {
  for (let { seed } = share; seed < share.end; seed += share.of)
    parentPort?.postMessage(await play(optionsOf(seed, share)));
}
