import { describe, expect, test } from 'vitest';
import { guideRungs, policySchema } from '../../machines/policy.ts';
import { diagnose, type Evidence } from '../../src/core/diagnosis.ts';

const { rungs } = policySchema.parse({}).ladder;
const all = guideRungs.map(({ id }) => id);
const ok = { ok: true, version: '2.85', latencyMs: 3 } as const;
const well: Evidence = {
  because: { code: 'counts-differ', message: 'The counts differ.' },
  plugin: { running: true, answering: true },
  probe: { source: ok, target: ok, incompatible: null },
  sourceReachable: true,
  targetReachable: true,
};
const failing = (code: string) => ({ ok: false, code, message: code }) as const;

describe('a diagnosis', () => {
  test.each<[string, Partial<Evidence>, string, readonly string[]]>([
    ['differing counts may need any rung', {}, 'counts-differ', all],
    [
      'a plugin that hangs is restarted, or its server',
      { plugin: { running: true, answering: false }, probe: null },
      'plugin-hung',
      ['restart-plugin', 'restart-server'],
    ],
    [
      'a plugin that is gone is started again',
      { plugin: { running: false, answering: false }, probe: null },
      'plugin-down',
      ['restart-plugin', 'restart-server'],
    ],
    [
      'incompatible versions are healed by nothing',
      { probe: { source: ok, target: ok, incompatible: 'No.' } },
      'incompatible',
      [],
    ],
    [
      'refused credentials are healed by nothing',
      { probe: { source: failing('SW_UNAUTHORISED'), target: ok, incompatible: null } },
      'credentials',
      [],
    ],
    [
      'a missing licence is healed by nothing',
      { probe: { source: ok, target: failing('SW_LICENCE'), incompatible: null } },
      'licence',
      [],
    ],
    [
      'a closed port of the proxy needs the proxy restarted, nothing else',
      { sourceReachable: false, probe: { source: failing('SW_UNREACHABLE'), target: ok, incompatible: null } },
      'proxy-dead',
      ['restart-proxy'],
    ],
    ['a dead target is nothing to restart', { targetReachable: false }, 'target-down', []],
    ['both sides gone is our own network', { sourceReachable: false, targetReachable: false }, 'own-network', []],
    [
      'a source that fails behind an open port is not healed by another synchronization',
      { probe: { source: failing('SW_TIMEOUT'), target: ok, incompatible: null } },
      'source-failing',
      ['restart-plugin', 'restart-server', 'restart-proxy'],
    ],
    [
      'an empty source is left to a person',
      { because: { code: 'empty-source', message: 'Empty.' } },
      'empty-source',
      [],
    ],
    [
      'a stalled run is not helped by another synchronization',
      { because: { code: 'stalled', message: 'Stalled.' } },
      'stalled',
      ['restart-plugin', 'restart-server', 'restart-proxy'],
    ],
  ])('%s', (_, part, signature, helps) => {
    const diagnosis = diagnose({ ...well, ...part }, rungs);

    expect(diagnosis.signature).toBe(signature);
    expect(diagnosis.rungs).toEqual(helps);
  });

  test('a plugin that hangs outweighs what its last run said', () => {
    const evidence = {
      ...well,
      because: { code: 'empty-source', message: '' },
      plugin: { running: true, answering: false },
    };

    expect(diagnose(evidence, rungs).signature).toBe('plugin-hung');
  });
});
