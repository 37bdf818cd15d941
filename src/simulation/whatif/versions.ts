/** Versions that the simulated systems have, so that they go together by the customer's own matrix. */
import semver from 'semver';
import type { IntegrationConfig } from '../../supervise/config.ts';

/** The least that its first pair allows; nothing where nobody compares versions. */
export function versionsThatGoTogether({
  compatible: [pair],
}: Pick<IntegrationConfig, 'compatible'>): Partial<Record<'source' | 'target', string>> {
  if (pair === undefined) return {};
  const least = (range: string) => (semver.validRange(range) === null ? null : semver.minVersion(range)?.version);
  const [source, target] = [least(pair.source), least(pair.target)];
  return { ...(source ? { source } : {}), ...(target ? { target } : {}) };
}
