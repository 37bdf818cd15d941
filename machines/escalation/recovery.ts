/** How an incident ends from wherever the ladder stands, and how a claim is given back. */
import type { IntegrationContext } from '../context.ts';
import { timeOf } from '../effect.ts';
import type { Release } from '../foundation.ts';
import { decideRecovered, pageRecovered, tellWell } from './words.ts';

/** What was claimed at the fleet is given back. */
export const release = (outcome: Release['outcome']) =>
  ({
    type: 'release',
    params: ({ context, event }: { context: IntegrationContext; event: { type: string } }): Release => ({
      claim: context.escalation.claim?.id ?? '',
      at: timeOf(event),
      outcome,
    }),
  }) as const;

const over = [decideRecovered, tellWell, 'closeIncident'] as const;
const overAndTold = [decideRecovered, pageRecovered, tellWell, 'closeIncident'] as const;

/** Proof ends an incident; whoever was told of it hears of that, too. */
export const recovery = {
  'synchronization.succeeded': [
    { guard: 'wasTold', target: 'watching', actions: overAndTold },
    { target: 'watching', actions: over },
  ],
} as const;

/** The same where a claim may be held. */
export const recoveryWithClaim = {
  'synchronization.succeeded': [
    { guard: 'wasTold', target: 'watching', actions: [release('done'), ...overAndTold] },
    { target: 'watching', actions: [release('done'), ...over] },
  ],
} as const;
