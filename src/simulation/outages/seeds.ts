/** Plays many seeds, each a site of its own; a seed that fails is made short and printed with the command that repeats it. */
import { drawStrikes } from './faults/plan.ts';
import { mutations } from './mutations.ts';
import type { OutageOptions } from './outage.ts';
import { type Played, play } from './play.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';

export interface OutagesOptions {
  /** The first one; the others follow it. */
  readonly seed: number;
  readonly seeds: number;
  /** Of the planned faults only these. @default all */
  readonly only?: readonly number[] | undefined;
  /** A defect that is put in on purpose, by its name. */
  readonly mutation?: string | undefined;
  readonly print: (line: object) => void;
  /** Plays the seeds, in any order, and hands over each. @default one after the other, here */
  readonly playAll?: (options: OutagesOptions, take: (played: Played) => boolean) => Promise<void>;
}

/** Failing seeds that are made short; of more only the numbers are told. */
const shrunkMax = 3;

/** Answers whether every oracle has held; with a mutation, whether one of them has spoken. */
export async function playOutages(options: OutagesOptions): Promise<boolean> {
  const { mutation, print, playAll = playHere } = options;
  const startMs = performance.now();
  const tally = new Tally();
  const failed: Played[] = [];
  await playAll(options, (played) => {
    tally.take(played);
    if (played.violations.length === 0) return true;
    failed.push(played);
    return mutation === undefined; // one is enough to see that it is caught
  });
  failed.sort((one, other) => one.seed - other.seed);
  for (const played of failed.slice(0, shrunkMax)) await explain(played, options);
  if (mutation === undefined) for (const line of [tally.coverage(), tally.sometimes()]) print(line);
  else
    print({
      kind: 'mutation',
      mutation,
      caught: failed.length > 0,
      by: failed[0]?.violations[0]?.oracle ?? null,
      seeds: tally.seeds,
    });
  print(tally.result((performance.now() - startMs) / 1000));
  return mutation === undefined ? failed.length === 0 : failed.length > 0;
}

/** The options of one seed; a mutation is made anew for each. */
export function optionsOf(seed: number, { only, mutation }: Pick<OutagesOptions, 'only' | 'mutation'>): OutageOptions {
  const sabotage = mutation === undefined ? undefined : mutations[mutation]?.();
  return { seed, ...(only ? { only } : {}), ...(sabotage ? { sabotage } : {}) };
}

async function playHere(options: OutagesOptions, take: (played: Played) => boolean): Promise<void> {
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1)
    if (!take(await play(optionsOf(seed, options)))) return;
}

async function explain({ seed, violations, planned }: Played, options: OutagesOptions): Promise<void> {
  const { print, mutation } = options;
  for (const violation of violations) print({ kind: 'violation', seed, ...violation });
  const oracle = violations[0]?.oracle ?? '';
  const only = options.only ?? (await shrink(() => optionsOf(seed, options), oracle, planned)).only;
  const plan = drawStrikes(seed);
  print({ kind: 'faults', seed, needed: only.map((at) => plan[at]) });
  const flags = [
    `--seeds 1 --seed ${seed} --only ${only.join(',') || 'none'}`,
    ...(mutation ? [`--mutation ${mutation}`] : []),
  ];
  print({ kind: 'repeat', command: `npm run simulate -- ${flags.join(' ')}` });
}
