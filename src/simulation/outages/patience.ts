/** How long a site may take, once nothing is wrong any more, to be proven equal: worked out from its policies. */

import type { Windows } from '../../../machines/escalation/ladder-policy.ts';
import type { Policy } from '../../../machines/policy.ts';
import type { Config } from '../../supervise/config.ts';

const minute = 60_000;
const dayMs = 24 * 60 * minute;
/** A run of a small site, and the people who look once a minute. */
const runMs = 10 * minute;
const peopleMs = 3 * minute;

/** Every rung with every wait that it may make, twice over; then the slowest look out of the quarantine. */
export function patienceOf({ integrations, fleet }: Config): number {
  const each = integrations.map(({ policy: { connection, ladder, synchronization } }) => {
    const rungs = ladder.rungs.map(
      (rung) =>
        rung.attempts *
        (ladder.retryBackoff.maxMs +
          rung.cooldownMs +
          ladder.claimTimeoutMs +
          peopleMs +
          rung.timeoutMs +
          rung.settleMs +
          rung.proofTimeoutMs +
          waitOf(rung.windows) +
          waitOf(ladder.windows)),
    );
    const { storm, retryAfterMs, budget } = fleet;
    const storms = storm.holdMsMax + storm.coolDownMs + retryAfterMs + (budget?.windowMs ?? 0);
    const { quarantineProbe, diagnoseTimeoutMs, confirmMs } = ladder;
    const looks = quarantineProbe.maxMs + diagnoseTimeoutMs + confirmMs + connection.backoff.maxMs;
    const { deltaEveryMs, checkEveryMs, resumeBackoff, rejected } = synchronization;
    const runs =
      deltaEveryMs + checkEveryMs + resumeBackoff.maxMs + rejected.retry.maxMs + runMs + unseenOf(synchronization);
    const budgets = [ladder.budget, ...ladder.rungs.map(({ budget: one }) => one)].map((one) => one?.windowMs ?? 0);
    return rungs.reduce((sum, ms) => sum + ms, 0) + storms + looks + runs + Math.max(...budgets);
  });
  return 2 * Math.max(...each);
}

/** How long other content may stay unseen: a proof that reads a part comes round, one that counts leaves it to a full run. */
const unseenOf = ({ proof, deltaEveryMs, fullEveryMs }: Policy['synchronization']) =>
  ({ content: 0, sampled: deltaEveryMs / proof.sampleShare, counts: fullEveryMs })[proof.depth];

/** Every window opens once a day, those of working days after a weekend at the latest. */
const waitOf = ({ allow, deny }: Windows) =>
  Math.max(0, ...[...allow, ...deny].map(({ cron }) => (cron.endsWith('*') ? dayMs : 3 * dayMs)));
