/** How commands tell what the linter of policies has found. */
import { CodedError } from '../core/errors.ts';
import { type Finding, isError, type LintedSite, lintSite } from '../core/policy-lint.ts';

export const findingWords = ({ severity, code, path, message }: Finding): string =>
  `${severity} ${code} at ${path}: ${message}`;

/** An error that says how many contradictions there are; null when there is none. */
export function contradiction(file: string, findings: readonly Finding[]): CodedError | null {
  const errors = findings.filter(isError);
  if (errors.length === 0) return null;
  return new CodedError('SW_CONFIG_INVALID', {
    doing: `judging the configuration ${file}`,
    expected: 'policies that do not contradict themselves',
    found: errors.length === 1 ? 'one contradiction' : `${errors.length} contradictions`,
    todo: 'Correct what is named above; docs/ladder.md lists every finding',
  });
}

export interface JudgeOptions {
  readonly file: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Hears of each error. */
  readonly say: (line: string) => void;
  /** Hears of each warning. */
  readonly warn: (finding: Finding) => void;
}

/**
 * Tells what is wrong with a configuration.
 *
 * @throws CodedError SW_CONFIG_INVALID when a policy contradicts itself
 */
export function judgeSite(site: LintedSite, { file, at, say, warn }: JudgeOptions): void {
  const findings = lintSite(site, { at });
  for (const finding of findings)
    if (isError(finding)) say(findingWords(finding));
    else warn(finding);
  const error = contradiction(file, findings);
  if (error !== null) throw error;
}
