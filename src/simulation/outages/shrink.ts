/** Makes a failing seed short: leaves out faults as long as the same oracle still speaks. */

import type { OutageOptions } from './outage.ts';
import { play } from './play.ts';

/** How often a seed is played to make it shorter. */
const playsMax = 60;
/** After so long what is left is short enough, milliseconds. */
const shrinkMsMax = 40_000;

export interface Shrunk {
  /** Places in the plan of the faults that are needed. */
  readonly only: readonly number[];
  readonly plays: number;
}

/** @param optionsOf the options of one play: with defects put in on purpose, new ones for each */
export async function shrink(optionsOf: () => OutageOptions, oracle: string, planned: number): Promise<Shrunk> {
  let only = Array.from({ length: planned }, (_, at) => at);
  let plays = 0;
  const endsAt = performance.now() + shrinkMsMax;
  const fails = async (some: readonly number[]): Promise<boolean> => {
    plays += 1;
    const { violations } = await play({ ...optionsOf(), only: some });
    return violations[0]?.oracle === oracle;
  };
  for (let size = Math.ceil(planned / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < only.length && plays < playsMax && performance.now() < endsAt; ) {
      const fewer = [...only.slice(0, from), ...only.slice(from + size)];
      if (await fails(fewer)) only = fewer;
      else from += size;
    }
  }
  return { only, plays };
}
