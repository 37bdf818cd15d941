/** Work on many items with a bound on how many are in flight. */

/**
 * Calls `work` for every item, at most `limit` at once, and answers the results in the order of the items.
 *
 * After the first failure nothing more is started; the failure is thrown when everything in flight has settled, so that
 * no effect of this call is still under way when the caller reacts.
 */
export async function forEachBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  async function worker(): Promise<void> {
    while (failure === null && next < items.length) {
      const at = next;
      next += 1;
      try {
        results[at] = await work(items[at] as Item); // `at` is below the length
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return results;
}

/**
 * Two works side by side, the second of which may wait for the first. When one fails the other is aborted, and the
 * first failure is thrown when both have ended.
 */
export async function bothAtOnce<First, Second>(
  signal: AbortSignal,
  first: (signal: AbortSignal) => Promise<First>,
  second: (signal: AbortSignal, first: Promise<First>) => Promise<Second>,
): Promise<[First, Second]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const begun = first(either);
  const works = [begun, second(either, begun)] as const;
  try {
    return await Promise.all(works);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(works);
    throw error;
  }
}

/** A bound that several callers share: what is beyond it waits in the order in which it came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(max: number) {
    this.#free = Math.max(1, max);
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Consecutive parts of at most `size` items. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
