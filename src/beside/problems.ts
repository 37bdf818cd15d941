/** What a configuration may not say in mode beside. */
import { startRemedy } from './start-synchronization.ts';

/** All that needs no provider: nothing over there is a process of ours. */
export const besideRemedies: ReadonlySet<string> = new Set(['synchronize', 'person']);

interface Configured {
  readonly mode: 'plugin' | 'beside';
  readonly events: { readonly relay: boolean };
  readonly remedies: { readonly [name: string]: unknown };
  readonly policy: {
    readonly ladder: {
      readonly rungs: readonly { readonly id: string; readonly remedy: string; readonly mode: string }[];
    };
  };
}

export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

export function besideProblems({ mode, events, remedies, policy }: Configured): readonly Problem[] {
  if (mode !== 'beside') return [];
  const problems: Problem[] = [];
  if (events.relay)
    problems.push({ path: ['events', 'relay'], message: 'is not for mode beside: the role relays its events itself' });
  for (const { id, remedy, mode: proof } of policy.ladder.rungs) {
    // A full run that nobody can start would only look again, and call that a remedy.
    if (remedy !== 'synchronize' || proof !== 'full' || startRemedy in remedies) continue;
    problems.push({
      path: ['remedies'],
      message: `has no "${startRemedy}", which the rung ${id} needs in mode beside`,
    });
  }
  return problems;
}
