/** Work on many items with a bound on how many are in flight. */

/** Calls `work` for every item, at most `width` at once, results in the order of the items; after a failure none starts. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  let failed = false;
  const worker = async () => {
    for (let at = next++; at < items.length && !failed; at = next++) {
      try {
        results[at] = await work(items[at] as Item); // `at` is below the length
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  // Thrown only when everything in flight has settled, so that nothing goes on behind the back of the caller.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
