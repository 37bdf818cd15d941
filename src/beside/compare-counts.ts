/** Compares the counts of both sides, and believes a difference only when it has seen it twice. */
import type { Clock } from '../core/clock.ts';
import type { Proof } from '../sync/run-result.ts';
import { isEmptySource, proofOfCounts } from './count-proof.ts';
import type { Owned, Way } from './owned-entities.ts';
import type { Counts } from './vendor-counts.ts';

export interface CountingParts {
  /** What SiPass must yield by the vendor's rules. */
  readonly readExpected: (signal: AbortSignal) => Promise<Counts>;
  readonly readOwned: (signal: AbortSignal) => Promise<Owned>;
  /** Waits until the role was at rest for so long. */
  readonly untilQuiet: (quietMs: number) => Promise<unknown>;
  readonly quietMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Compared {
  readonly proof: Proof;
  readonly way: Way;
  readonly emptySource: boolean;
}

/**
 * What somebody adds in SiPass reaches Security Center a little later: a difference stands only if it is still there
 * after a time of quiet. Equal counts need no second look.
 *
 * @param isUnderWay a synchronization was started: quiet comes before the first look
 */
export async function compareCounts(parts: CountingParts, isUnderWay: boolean): Promise<Compared> {
  const { readExpected, readOwned, untilQuiet, quietMs, clock, signal } = parts;
  let waitMs = isUnderWay ? quietMs : 0;
  for (let differences = 0; ; waitMs = quietMs) {
    await untilQuiet(waitMs);
    const at = clock.now();
    const [expected, owned] = await Promise.all([readExpected(signal), readOwned(signal)]);
    const proof = proofOfCounts(at, expected, owned.byType);
    if (!proof.equal) differences += 1;
    if (proof.equal || differences === 2)
      return { proof, way: owned.way, emptySource: isEmptySource(expected, owned.byType) };
  }
}
