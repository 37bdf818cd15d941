/** The linter of policies: every finding by the smallest policy that has it, and none in what is delivered. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guideRungs } from '../../machines/escalation/ladder-policy.ts';
import { type FleetPolicy, fleetPolicySchema } from '../../machines/fleet/memory.ts';
import { policySchema } from '../../machines/policy.ts';
import {
  type FindingCode,
  findingTable,
  isError,
  type LintedIntegration,
  lintPolicy,
  lintSite,
} from '../../src/core/policy-lint.ts';

const at = Date.parse('2026-03-02T10:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

const ladder = (part: object) => policySchema.parse({ ladder: part });
const rung = (remedy: string, more: object = {}) => ({
  id: remedy,
  title: `Do ${remedy}`,
  remedy,
  impact: '-',
  mode: 'delta',
  ...more,
});
/** The ladder of the guide with one rung changed. */
const guide = (id: string, change: object) =>
  ladder({ rungs: guideRungs.map((one) => (one.id === id ? { ...one, ...change } : one)) });
/** A ladder of these rungs alone; without a budget over all, which is not what is looked at. */
const only = (...rungs: object[]) => ladder({ budget: null, rungs });

const night = { cron: '0 2 * * *', timeZone: 'UTC', durationMs: 2 * 60 * minute };
const noon = { cron: '0 12 * * *', timeZone: 'UTC', durationMs: 60 * minute };
const synchronization = (part: object, more: object = {}) => policySchema.parse({ synchronization: part, ...more });

type Case = readonly [FindingCode, ReturnType<typeof ladder>, path: string];
const policies: readonly Case[] = [
  [
    'window-never-opens',
    ladder({ windows: { allow: [night] }, rungs: [rung('restart-server', { windows: { allow: [noon] } })] }),
    'ladder.rungs.0.windows',
  ],
  [
    'deny-covers-allow',
    only(
      rung('restart-server', { windows: { allow: [night], deny: [{ ...night, cron: '0 0 * * *', durationMs: day }] } }),
    ),
    'ladder.rungs.0.windows',
  ],
  ['attempts-endless', only(rung('synchronize', { attempts: 101 }), rung('restart-plugin')), 'ladder.rungs.0.attempts'],
  ['needs-contradict-remedy', guide('restart-proxy', { needs: ['source'] }), 'ladder.rungs.4.needs'],
  ['needs-contradict-remedy', guide('restart-plugin', { needs: ['plugin'] }), 'ladder.rungs.2.needs'],
  [
    'cooldown-outlasts-budget',
    guide('restart-plugin', { cooldownMs: day, budget: { max: 2, windowMs: day } }),
    'ladder.rungs.2.cooldownMs',
  ],
  ['budget-over-all-too-small', ladder({ budget: { max: 3, windowMs: day } }), 'ladder.budget.max'],
  ['backoff-inverted', ladder({ retryBackoff: { initialMs: 9_000, maxMs: 1_000 } }), 'ladder.retryBackoff.maxMs'],
  [
    'backoff-inverted',
    policySchema.parse({ connection: { backoff: { initialMs: 9_000, maxMs: 1_000 } } }),
    'connection.backoff.maxMs',
  ],
  ['stall-inverted', synchronization({ stall: { capMs: minute } }), 'synchronization.stall.capMs'],
  [
    'quarantine-too-fast',
    ladder({ quarantineProbe: { initialMs: 10_000, maxMs: minute } }),
    'ladder.quarantineProbe.initialMs',
  ],
  ['person-without-steps', only(rung('person', { timeoutMs: 60 * minute })), 'ladder.rungs.0.steps'],
  [
    'budget-never-binds',
    guide('restart-server', { cooldownMs: 6 * 60 * minute, budget: { max: 4, windowMs: day } }),
    'ladder.rungs.3.budget.max',
  ],
  ['budget-never-binds', ladder({ budget: { max: 7, windowMs: day } }), 'ladder.budget.max'],
  ['budget-never-binds', guide('restart-plugin', { budget: { max: 7, windowMs: day } }), 'ladder.rungs.2.budget.max'],
  ['attempts-exceed-budget', guide('restart-plugin', { attempts: 4 }), 'ladder.rungs.2.attempts'],
  ['timeout-below-floor', guide('restart-server', { timeoutMs: 59_999 }), 'ladder.rungs.3.timeoutMs'],
  ['claim-timeout-short', ladder({ claimTimeoutMs: minute }), 'ladder.claimTimeoutMs'],
  ['proof-below-stall', guide('restart-plugin', { proofTimeoutMs: 119_999 }), 'ladder.rungs.2.proofTimeoutMs'],
  ['proof-below-check', guide('restart-plugin', { proofTimeoutMs: 4 * minute }), 'ladder.rungs.2.proofTimeoutMs'],
  ['evidence-expires-early', ladder({ evidenceMs: 59_999 }), 'ladder.evidenceMs'],
  [
    'approval-outlasts-incident',
    guide('restart-proxy', { approval: { required: true } }),
    'ladder.rungs.4.approval.expiresMs',
  ],
  [
    'person-before-robot',
    only(rung('person', { steps: ['Look.'], timeoutMs: 60 * minute, cost: 'high' }), rung('restart-plugin')),
    'ladder.rungs.0',
  ],
  ['person-timeout-short', only(rung('person', { steps: ['Look.'] })), 'ladder.rungs.0.timeoutMs'],
  ['steps-unread', guide('restart-proxy', { steps: ['Look.'] }), 'ladder.rungs.4.steps'],
  ['rung-repeated', only(rung('restart-plugin'), rung('restart-plugin', { id: 'again' })), 'ladder.rungs.1'],
  ['reset-before-next-run', ladder({ resetAfterMs: 10 * minute }), 'ladder.resetAfterMs'],
  [
    'reset-before-next-run',
    synchronization({ schedule: { delta: { cron: '0 * * * *', timeZone: 'UTC' } } }),
    'ladder.resetAfterMs',
  ],
];

describe('a policy', () => {
  test.each(policies)('%s', (code, policy, path) => {
    const findings = lintPolicy(policy, { at });

    expect(findings).toContainEqual({ code, severity: findingTable[code].severity, path, message: expect.any(String) });
  });

  test('is clean as it is delivered', () => {
    expect(lintPolicy(policySchema.parse({}), { at })).toEqual([]);
  });

  test('whose rung the ladder never comes to is played to find it', () => {
    // Not wrong by any single figure: the second try of the server waits for the New Year after the next.
    const newYear = { cron: '0 2 1 1 *', timeZone: 'UTC', durationMs: 60 * minute };
    const policy = only(
      rung('restart-server', { attempts: 2, cooldownMs: 120 * minute, windows: { allow: [newYear] } }),
      rung('restart-proxy'),
    );

    expect(lintPolicy(policy, { at })).toEqual([
      {
        code: 'rung-unreachable',
        severity: 'error',
        path: 'ladder.rungs.1',
        message: expect.stringContaining('does not end within 400 days'),
      },
    ]);
  });

  test('whose runs are known to be longer than a proof is waited for is told so', () => {
    const findings = lintPolicy(policySchema.parse({}), { at, runMs: 20 * minute });

    expect(findings.map(({ code }) => code)).toEqual(Array(4).fill('proof-below-run'));
  });

  test('that contradicts itself is not played', () => {
    const policy = only(rung('restart-server', { windows: { allow: [night], deny: [{ ...night, durationMs: day }] } }));

    expect(lintPolicy(policy, { at }).map(({ code }) => code)).toEqual(['deny-covers-allow']);
  });

  test('says what was found and what to do, in whole sentences', () => {
    for (const [, policy] of policies)
      for (const { message } of lintPolicy(policy, { at })) expect(message).toMatch(/^[A-Za-z].+\. [A-Z].+\.$/);
  });
});

const integration = (id: string, more: Partial<LintedIntegration> = {}): LintedIntegration => ({
  id,
  server: 'main',
  policy: only(rung('restart-server')),
  remedies: {},
  ...more,
});
const site = (fleet: Partial<FleetPolicy>, ...integrations: LintedIntegration[]) => ({
  fleet: fleetPolicySchema.parse(fleet),
  integrations,
});
const proxy = (remedy: object) => ({
  policy: only(rung('restart-proxy')),
  remedies: { 'restart-proxy': { kind: 'systemd', component: 'proxy', ...remedy } },
});
const oneClient = { url: 'https://sipass.example', clientUniqueId: 'syncwarden' };
const storm = (part: object) => ({ storm: { ...fleetPolicySchema.parse({}).storm, ...part } });

describe('a site', () => {
  test.each<[FindingCode, ReturnType<typeof site>, string]>([
    [
      'blast-radius-too-small',
      site({ blastRadiusMax: 1 }, integration('a'), integration('b')),
      'integrations.0.policy.ladder.rungs.0',
    ],
    [
      'component-conflict',
      site({}, integration('a', proxy({ unit: 'one' })), integration('b', proxy({ unit: 'two' }))),
      'integrations.1.remedies.restart-proxy',
    ],
    [
      'remedy-unused',
      site({}, integration('a', { remedies: { 'restart-proxy': { kind: 'systemd' } } })),
      'integrations.0.remedies.restart-proxy',
    ],
    [
      'remedy-outlasts-rung',
      site({}, integration('a', proxy({ timeoutMs: 120_001 }))),
      'integrations.0.remedies.restart-proxy.timeoutMs',
    ],
    [
      'client-shared',
      site({}, integration('a', { source: oneClient }), integration('b', { source: oneClient })),
      'integrations.1.source.clientUniqueId',
    ],
    ['storm-never-begins', site({}, integration('a'), integration('b')), 'fleet.storm.countMin'],
    ['storm-never-begins', site(storm({ share: 1 }), integration('a')), 'fleet.storm.share'],
    ['dry-run-on', site({ dryRun: true }, integration('a')), 'fleet.dryRun'],
  ])('%s', (code, given, path) => {
    expect(lintSite(given, { at })).toContainEqual({
      code,
      severity: findingTable[code].severity,
      path,
      message: expect.any(String),
    });
  });

  test('names the integration of what is wrong with its policy', () => {
    const found = lintSite(site({}, integration('a', { policy: only(rung('person')) })), { at });

    expect(found.filter(isError).map(({ path }) => path)).toEqual(['integrations.0.policy.ladder.rungs.0.steps']);
  });

  test.each([
    ['one integration alone', site({}, integration('a'))],
    [
      'a shared component with equal remedies',
      site({}, integration('a', proxy({ timeoutMs: 1_000 })), integration('b', proxy({})), integration('c')),
    ],
    [
      'what starts the runs',
      site({}, integration('a', { remedies: { 'start-synchronization': { kind: 'command' } } })),
    ],
    [
      'separate servers',
      site(
        { blastRadiusMax: 1 },
        integration('a'),
        integration('b', { server: 'two' }),
        integration('c', { server: 'three' }),
      ),
    ],
  ])('finds nothing in %s', (_, given) => {
    expect(lintSite(given, { at })).toEqual([]);
  });
});

test('docs/ladder.md lists every finding', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/ladder.md'), 'utf8');
  const told = [...page.matchAll(/^\| `([a-z-]+)` \| (error|warning) \| (.+) \|$/gm)];
  const known = Object.entries(findingTable).map(([code, { severity, means }]) => [code, severity, means]);

  expect(told.map(([, ...cells]) => cells)).toEqual(known);
});
