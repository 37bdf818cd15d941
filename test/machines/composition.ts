/** How the composition is explored: what happens to it, and what of its memory tells two configurations apart. */
import { integrationMachine } from '../../machines/index.ts';
import type { Json } from '../../src/core/json.ts';
import type { ExploreOptions } from './explore.ts';
import { answers, input, outside, projectMemory, smallPolicy } from './vocabulary.ts';

export const composition: ExploreOptions = {
  machine: integrationMachine,
  input,
  events: (at) => [
    ...outside.synchronization(at).filter(({ type }) => type !== 'refresh.requested'),
    ...outside.holds(at),
    ...outside.plugin(at),
    ...outside.operator(at),
    { type: 'integration.restarted', at, because: 'its record fits no machine' } as { type: string; at: number },
    { type: 'policy.changed', at, policy: smallPolicy } as { type: string; at: number },
  ],
  answers,
  // The regions alone are explored in full; here it is their interplay that counts.
  project: (context: Json) => {
    const { rung, diagnosis, holds, run } = projectMemory(context) as { readonly [key: string]: Json };
    return { rung, diagnosis, holds, run: run === null } as Json;
  },
  configurationsMax: 100_000,
};
