/** What every store must hold, whatever it is made of. */
import { describe } from 'vitest';
import { describeCommits } from './contract/commits.ts';
import type { HarnessMaker } from './contract/harness.ts';
import { describeHistory } from './contract/history.ts';
import { describeRecovery } from './contract/recovery.ts';

/** Runs the suite on one kind of store. */
export function describeStore(name: string, makeHarness: HarnessMaker): void {
  describe(`${name} as a store`, () => {
    describeRecovery(makeHarness);
    describeCommits(makeHarness);
    describeHistory(makeHarness);
  });
}
