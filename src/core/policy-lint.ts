/**
 * The linter of policies: it finds what a schema cannot see, that parts which are valid alone contradict each other.
 *
 * Pure: calendars are judged from the instant that is given.
 */
import type { Policy } from '../../machines/policy.ts';
import { lintBudgets } from './policy-lint-budgets.ts';
import { type Finding, under } from './policy-lint-findings.ts';
import { lintReach } from './policy-lint-reach.ts';
import { lintRungs } from './policy-lint-rungs.ts';
import { type LintedSite, lintFleet } from './policy-lint-site.ts';
import { lintTimes } from './policy-lint-times.ts';

export { type Finding, type FindingCode, findingTable } from './policy-lint-findings.ts';
export type { LintedIntegration, LintedSite } from './policy-lint-site.ts';

export interface LintOptions {
  /** Epoch milliseconds. */
  readonly at: number;
  /** How long a run of the integration is known to take. @default null */
  readonly runMs?: number | null;
}

/** What is wrong with one policy; paths begin in it. */
export function lintPolicy(policy: Policy, { at, runMs = null }: LintOptions): readonly Finding[] {
  const found = [...lintRungs(policy, at), ...lintBudgets(policy), ...lintTimes(policy, { runMs }, at)];
  // A ladder that contradicts itself is not played: what that shows would be its echo.
  return found.some(isError) ? found : [...found, ...lintReach(policy, at)];
}

/** What is wrong with a whole configuration: each policy, and what the integrations share. */
export function lintSite(site: LintedSite, { at }: { readonly at: number }): readonly Finding[] {
  const policies = site.integrations.flatMap(({ policy }, index) =>
    under(['integrations', index, 'policy'], lintPolicy(policy, { at })),
  );
  return [...policies, ...lintFleet(site)];
}

/** Whether it keeps a configuration from being used. */
export const isError = ({ severity }: Finding): boolean => severity === 'error';
