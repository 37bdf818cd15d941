/**
 * The guide's ladder where Genetec's own role synchronizes: each rung by its configured provider, and where there is none
 * by a person who is told what to do. Nothing is ever pretended.
 */
import type { z } from 'zod';
import type { rungSchema } from '../../machines/escalation/ladder-policy.ts';
import { hours, minutes } from '../../machines/units.ts';
import { type GuidedRemedy, guideSteps } from './guide-steps.ts';
import { startRemedy } from './start-synchronization.ts';

type Rung = z.input<typeof rungSchema>;

const day = hours(24);

/** A person needs time to come and look, and a full synchronization time to be seen. */
const byPerson = { remedy: 'person', timeoutMs: hours(4), settleMs: 0, proofTimeoutMs: minutes(30) } as const;

/**
 * @param providers names of the configured remedies
 * @param role name or GUID of the role, for the steps
 */
export function guideRungsBeside(providers: ReadonlySet<string>, role = 'SiPass'): readonly Rung[] {
  const starts = providers.has(startRemedy);
  const rung = (remedy: GuidedRemedy, parts: Omit<Rung, 'remedy'>): Rung =>
    providers.has(remedy)
      ? { ...parts, remedy: remedy === startRemedy ? 'synchronize' : remedy }
      : // The person starts it, too, as the steps say: a run only watches.
        { ...parts, ...byPerson, mode: 'delta', attempts: 1, steps: guideSteps(remedy, role) };
  // Without its proxy, which is part of the source, neither a start nor a restart of the role leads anywhere.
  return [
    rung(startRemedy, {
      id: 'synchronize',
      title: 'Start a synchronization',
      cost: 'medium',
      impact: 'A full synchronization: the role is yellow for minutes to hours. Nothing is interrupted.',
      mode: 'full',
      needs: ['source', 'target'],
      attempts: 2,
      settleMs: 0,
    }),
    rung('restart-plugin', {
      id: 'restart-plugin',
      title: 'Restart the plugin role',
      cost: 'medium',
      impact: 'No events come while the role is down; active alarms are raised once more afterwards.',
      // Whether a restart starts a synchronization is not known: it is started where it can be.
      mode: starts ? 'full' : 'delta',
      needs: ['source'],
      attempts: 2,
      cooldownMs: minutes(5),
      budget: { max: 3, windowMs: day },
    }),
    rung('restart-server', {
      id: 'restart-server',
      title: 'Restart the server of the plugin role',
      cost: 'high',
      impact: 'Every role on that server goes down with it, and may move to another one.',
      mode: starts ? 'full' : 'delta',
      needs: ['source'],
      attempts: 1,
      settleMs: 60_000,
      cooldownMs: minutes(15),
      budget: { max: 2, windowMs: day },
    }),
    rung('restart-proxy', {
      id: 'restart-proxy',
      title: 'Restart the SiPass proxy service',
      cost: 'high',
      impact: 'Forces a full synchronization, which may take hours.',
      // It begins by itself.
      mode: 'delta',
      attempts: 1,
      settleMs: 30_000,
      proofTimeoutMs: minutes(30),
      cooldownMs: hours(1),
      budget: { max: 1, windowMs: day },
    }),
  ];
}
