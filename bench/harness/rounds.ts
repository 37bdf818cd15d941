/** Repeated measurements, taken in turns so that what else the machine does falls on all of them alike. */

/** Runs every contender once a round, in order, after one round that does not count; answers the medians by name. */
export async function mediansOf<Name extends string>(
  rounds: number,
  contenders: { readonly [name in Name]: (round: number) => number | Promise<number> },
): Promise<{ readonly [name in Name]: number }> {
  const names = Object.keys(contenders) as Name[]; // the keys of an object literal are its names
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      const value = await contenders[name](round);
      if (round > 0) taken.get(name)?.push(value);
    }
  return Object.fromEntries(names.map((name) => [name, median(taken.get(name) ?? [])])) as { [name in Name]: number };
}

/** The middle value; the mean of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/** How many a second, when `count` of them took from `startMs` until now. */
export function perSecond(count: number, startMs: number): number {
  return (count * 1000) / (performance.now() - startMs);
}
