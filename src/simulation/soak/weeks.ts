/** One site for weeks: what must never happen does not, and neither memory nor the index grows. */
import { growthOf, heldHeapBytes } from './held-memory.ts';
import { Soak, type Tally } from './soak.ts';

/** By how much the last quarter may exceed the second one: of the heap, and of the index file. */
const heapGrowthMax = 1.1;
const indexGrowthMax = 1.5;

export interface WeeksOptions {
  readonly seed: number;
  /** Of real time; the week that is under way then is played to its end. */
  readonly minutes: number;
  readonly weeks: number;
  readonly print: (line: object) => void;
}

/** Answers whether every oracle has held and memory was flat. */
export async function playWeeks({ seed, minutes, weeks, print }: WeeksOptions): Promise<boolean> {
  const startMs = performance.now();
  const seconds = () => Math.round((performance.now() - startMs) / 1000);
  const soak = new Soak({ seed });
  const heap: number[] = [];
  const index: number[] = [];
  while (heap.length < weeks && seconds() < minutes * 60 && soak.tally().violations.length === 0) {
    for (let day = 0; day < 7 && soak.tally().violations.length === 0; day += 1) await soak.day();
    heap.push(await heldHeapBytes());
    index.push(soak.tally().indexBytes);
    const { violations, ...tally } = soak.tally();
    print({ kind: 'week', week: heap.length, ...tally, heapBytes: heap.at(-1), seconds: seconds() });
    for (const violation of violations) print({ kind: 'violation', ...violation });
  }
  const growth = { heapGrowth: growthOf(heap), indexGrowth: growthOf(index) };
  // Fewer than four weeks say nothing about memory.
  const flat = (growth.heapGrowth ?? 0) <= heapGrowthMax && (growth.indexGrowth ?? 0) <= indexGrowthMax;
  const proven = isProven(soak.tally());
  print({ ...resultOf(soak.tally(), heap.length), ...growth, proven, flat, seed, seconds: seconds() });
  if (!proven || !flat) {
    const command = `npm run simulate -- --soak --seed ${seed} --weeks ${heap.length} --minutes 600`;
    print({ kind: 'repeat', command });
  }
  await soak.close();
  return proven && flat;
}

/** Whether every day has ended proven equal, and no oracle has spoken. */
export function isProven({ days, provenDays, violations }: Tally): boolean {
  return violations.length === 0 && provenDays === days;
}

function resultOf(tally: Tally, weeks: number): object {
  const { runs, changes, faults, kills, createdTwice, deletedAfterMove } = tally;
  return { kind: 'result', weeks, runs, changes, faults, kills, createdTwice, deletedAfterMove };
}
