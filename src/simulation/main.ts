/**
 * Plays virtual days and weeks against the real engine and prints one JSON object a line, the result last.
 *
 *   npm run simulate -- --soak [--minutes 60] [--weeks W] [--seed N] [--json]     one site for weeks, memory watched
 *   npm run simulate -- --seeds N [--seed S] [--json]                             N small sites, two days each
 *
 * The soak ends after W weeks, or with the first week that ends after so many minutes. The exit code is 0 only when every
 * oracle has held and memory and index have stayed what they were; a seed that fails is printed with the command that
 * repeats it.
 */
import { parseArgs } from 'node:util';
import { playSeeds } from './seeds.ts';
import { playWeeks } from './weeks.ts';

const { values } = parseArgs({
  options: {
    soak: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    weeks: { type: 'string', default: 'Infinity' },
    seeds: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Every line is JSON anyway; taken so that it can be asked for everywhere alike. */
    json: { type: 'boolean', default: false },
  },
});
const [minutes, weeks] = [Number(values.minutes), Number(values.weeks)];
const [seeds, seed] = [Number(values.seeds), Number(values.seed)];
const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);

if (!(minutes > 0 && weeks > 0 && Number.isInteger(seed) && Number.isInteger(seeds)) || values.soak === seeds > 0) {
  console.error('usage: npm run simulate -- --soak [--minutes 60] [--weeks W] [--seed N] | --seeds N [--seed S]');
  process.exitCode = 2;
} else {
  const held = values.soak ? await playWeeks({ seed, minutes, weeks, print }) : await playSeeds({ seed, seeds, print });
  process.exitCode = held ? 0 : 1;
}
