/** What the linter of policies can find: stable codes, how serious each is, and the form of a finding. */

/** `error`: the policy contradicts itself, and is refused. `warning`: it does something else than it seems to say. */
export type Severity = 'error' | 'warning';

/** Every code with its severity and its meaning. docs/ladder.md lists them; a test holds table and page together. */
export const findingTable = {
  'window-never-opens': { severity: 'error', means: 'the windows of a rung never open' },
  'deny-covers-allow': { severity: 'error', means: 'what is denied covers all that is allowed' },
  'rung-unreachable': { severity: 'error', means: 'the ladder never comes to a rung' },
  'attempts-endless': { severity: 'error', means: 'a rung is tried so often that those behind it do not come' },
  'needs-contradict-remedy': { severity: 'error', means: 'a rung needs what it is there to heal' },
  'cooldown-outlasts-budget': { severity: 'error', means: 'the cool-down is as long as the window of the budget' },
  'budget-over-all-too-small': { severity: 'error', means: 'the budget over all ends before one incident does' },
  'backoff-inverted': { severity: 'error', means: 'the longest pause is shorter than the first' },
  'stall-inverted': { severity: 'error', means: 'the cap of the stall rule is below its floor' },
  'quarantine-too-fast': { severity: 'error', means: 'quarantine looks again faster than a deviation is confirmed' },
  'person-without-steps': { severity: 'error', means: 'a person is asked for nothing' },
  'blast-radius-too-small': { severity: 'error', means: 'a rung touches more integrations than it may' },
  'component-conflict': { severity: 'error', means: 'one component is restarted in two ways' },
  'budget-never-binds': { severity: 'warning', means: 'a budget can never be spent' },
  'attempts-exceed-budget': { severity: 'warning', means: 'the budget ends before the attempts do' },
  'timeout-below-floor': { severity: 'warning', means: 'a remedy has less than 60 s' },
  'remedy-outlasts-rung': { severity: 'warning', means: 'a remedy may take longer than its rung waits' },
  'claim-timeout-short': { severity: 'warning', means: 'a component is waited for less long than it may be held' },
  'proof-below-stall': {
    severity: 'warning',
    means: 'a proof is awaited less long than it takes to call a run stalled',
  },
  'proof-below-check': { severity: 'warning', means: 'a rung is judged before the counts are compared again' },
  'proof-below-run': { severity: 'warning', means: 'a proof is awaited less long than a run is known to take' },
  'evidence-expires-early': { severity: 'warning', means: 'evidence is old before a diagnosis is late' },
  'approval-outlasts-incident': { severity: 'warning', means: 'a question stands longer than the rest takes' },
  'person-before-robot': { severity: 'warning', means: 'a person is asked before a cheaper remedy is tried' },
  'person-timeout-short': { severity: 'warning', means: 'a person has less than 15 min' },
  'steps-unread': { severity: 'warning', means: 'steps stand at a rung that no person carries out' },
  'rung-repeated': { severity: 'warning', means: 'two rungs are the same' },
  'reset-before-next-run': {
    severity: 'warning',
    means: 'attempts are forgotten before the next run has proven anything',
  },
  'storm-never-begins': { severity: 'warning', means: 'no storm can be told in a fleet of this size' },
  'client-shared': { severity: 'warning', means: 'two integrations log in to one source as the same client' },
  'remedy-unused': { severity: 'warning', means: 'a remedy is configured that no rung uses' },
  'dry-run-on': { severity: 'warning', means: 'nothing will be done' },
} as const satisfies Record<string, { severity: Severity; means: string }>;

export type FindingCode = keyof typeof findingTable;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Where, in the words of the configuration: `integrations.0.policy.ladder.rungs.2.budget`. */
  readonly path: string;
  /** What was found and what to do. */
  readonly message: string;
}

export type Path = readonly (string | number)[];

export function finding(code: FindingCode, path: Path, message: string): Finding {
  return { code, severity: findingTable[code].severity, path: path.join('.'), message };
}

/** The findings, moved below a part of the configuration. */
export function under(part: Path, findings: readonly Finding[]): readonly Finding[] {
  return findings.map((one) => ({ ...one, path: [...part, one.path].filter((piece) => piece !== '').join('.') }));
}

/** A time in the unit in which people say it: `90 s`, `5 min`, `36 h`. */
export function inUnits(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
