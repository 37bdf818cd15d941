/** Many small sites, each with a seed of its own: what one long history never meets, another one does. */
import { Soak } from './soak.ts';
import { isProven } from './weeks.ts';

const daysOfSeed = 2;

export interface SitesOptions {
  /** The first one; the others follow it. */
  readonly seed: number;
  readonly sites: number;
  readonly print: (line: object) => void;
}

/** Answers whether every oracle has held for every seed. */
export async function playSites({ seed: first, sites, print }: SitesOptions): Promise<boolean> {
  const startMs = performance.now();
  const failed: number[] = [];
  for (let seed = first; seed < first + sites; seed += 1) {
    const soak = new Soak({ seed, people: 120, groups: 10 });
    for (let day = 0; day < daysOfSeed && soak.tally().violations.length === 0; day += 1) await soak.day();
    const { violations, ...tally } = soak.tally();
    print({ kind: 'seed', seed, ...tally });
    for (const violation of violations) print({ kind: 'violation', ...violation });
    if (!isProven(soak.tally())) {
      failed.push(seed);
      print({ kind: 'repeat', command: `npm run simulate -- --sites 1 --seed ${seed}` });
    }
    await soak.close();
  }
  const seconds = Math.round((performance.now() - startMs) / 1000);
  print({ kind: 'result', sites, failed, proven: failed.length === 0, seconds });
  return failed.length === 0;
}
