/** Every signature: the evidence that it is recognized by, and the rungs of the default policy that it selects. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guideRungs } from '../../machines/escalation/ladder-policy.ts';
import { policySchema } from '../../machines/policy.ts';
import { diagnose, type Evidence } from '../../src/core/diagnosis.ts';
import { type Signature, signatures } from '../../src/core/evidence-signatures.ts';

const { rungs } = policySchema.parse({}).ladder;
const all = guideRungs.map(({ id }) => id);
const runs = ['synchronize', 'synchronize-full'];
const host = ['restart-plugin', 'restart-server'];
const restarts = [...host, 'restart-proxy'];

const ok = { ok: true, version: '2.85', latencyMs: 3 } as const;
const well: Evidence = {
  because: { code: 'counts-differ', message: 'The counts differ.' },
  lastRun: null,
  plugin: { running: true, answering: true },
  probe: { source: ok, target: ok, incompatible: null },
  probeFailure: null,
  sourceReachable: true,
  targetReachable: true,
  sourceHostAnswers: null,
  others: { asked: 0, reachable: 0 },
  disk: { freeBytes: 2 ** 30, freeBytesMin: 2 ** 26 },
};
const said = (code: string, message = code) => ({ code, message });
const failing = (code: string) => ({ ok: false, code, message: code }) as const;
const source = (code: string): Partial<Evidence> => ({
  probe: { source: failing(code), target: ok, incompatible: null },
});
const target = (code: string): Partial<Evidence> => ({
  probe: { source: ok, target: failing(code), incompatible: null },
});
const nothingReached = { sourceReachable: false, targetReachable: false, probe: null };

const cases: readonly [string, Partial<Evidence>, Signature, readonly string[]][] = [
  ['differing counts may need any rung', {}, 'counts-differ', all],
  ['so may contents', { lastRun: said('content-differs') }, 'content-differs', all],
  ['a disk that is full now', { disk: { freeBytes: 1_000, freeBytesMin: 2_000 } }, 'disk', []],
  ['a data directory that cannot be written', { lastRun: said('SW_DATA_UNWRITABLE') }, 'disk', []],
  [
    'a full disk by the word of the system',
    { disk: null, lastRun: said('SW_STORE_FAILED', 'found ENOSPC') },
    'disk',
    [],
  ],
  ['a store that failed, with room again', { lastRun: said('SW_STORE_FAILED', 'found ENOSPC') }, 'store-failed', host],
  ['a plugin that hangs', { plugin: { running: true, answering: false }, probe: null }, 'plugin-hung', host],
  [
    'a plugin that hangs inside a host that answers',
    { probe: null, probeFailure: said('SW_PLUGIN_UNRESPONSIVE') },
    'plugin-hung',
    host,
  ],
  ['a plugin that is gone', { plugin: { running: false, answering: false }, probe: null }, 'plugin-down', host],
  ['incompatible versions', { probe: { source: ok, target: ok, incompatible: 'No.' } }, 'incompatible', []],
  ['versions that a run refused', { lastRun: said('SW_INCOMPATIBLE') }, 'incompatible', []],
  ['refused credentials', source('SW_UNAUTHORISED'), 'credentials', []],
  ['a refusal that is all there is', { probe: null, because: said('unauthorised') }, 'credentials', []],
  ['a missing licence', target('SW_LICENCE'), 'licence', []],
  ['an operator that is logged in elsewhere', source('SW_SESSION_BUSY'), 'session-busy', []],
  ['an untrusted certificate', target('SW_TLS_UNTRUSTED'), 'certificate', []],
  ['nothing reached at all', nothingReached, 'own-network', []],
  ['nothing reached, others neither', { ...nothingReached, others: { asked: 4, reachable: 0 } }, 'own-network', []],
  ['neither side, but others', { ...nothingReached, others: { asked: 4, reachable: 1 } }, 'both-down', []],
  ['neither side, but the host of the source', { ...nothingReached, sourceHostAnswers: true }, 'both-down', []],
  ['a target that is down', { targetReachable: false }, 'target-down', []],
  ['a proxy that is dead', { sourceReachable: false, probe: null }, 'proxy-dead', ['restart-proxy']],
  ['a proxy whose host answers', { sourceReachable: false, sourceHostAnswers: true }, 'proxy-dead', ['restart-proxy']],
  ['a source whose host is down', { sourceReachable: false, sourceHostAnswers: false }, 'source-down', []],
  ['a source that fails behind an open port', source('SW_TIMEOUT'), 'source-failing', restarts],
  ['a target that fails behind an open port', target('SW_SERVER_FAILED'), 'target-failing', host],
  ['a privilege that was lost', { lastRun: said('visibility') }, 'visibility', []],
  ['an empty source', { because: said('empty-source') }, 'empty-source', []],
  ['a guard that stopped the deletes', { lastRun: said('delete-guard') }, 'delete-guard', []],
  ['entities that the target refuses', { lastRun: said('rejected') }, 'rejected', []],
  ['a source that kept changing', { lastRun: said('source-changed') }, 'source-changed', runs],
  ['a run of some types', { lastRun: said('partial') }, 'partial', runs],
  ['a stalled run', { because: said('stalled') }, 'stalled', restarts],
  ['a run interrupted again and again', { because: said('SW_SESSION_LOST') }, 'interrupted', all],
  ['a plugin that is back', { because: said('plugin-lost') }, 'plugin-lost', all],
  ['a connection that is back', { because: said('unreachable') }, 'unreachable', all],
  ['a run without proof', { lastRun: said('unproven') }, 'unproven', all],
  ['what nobody has seen yet', { because: said('moon-phase') }, 'unknown', all],
];

describe('a diagnosis', () => {
  test.each(cases)('%s', (_, part, signature, helps) => {
    const diagnosis = diagnose({ ...well, ...part }, rungs);

    expect([diagnosis.signature, diagnosis.rungs]).toEqual([signature, helps]);
    expect(diagnosis.message).not.toBe('');
  });

  test('knows every signature of the table', () => {
    expect(new Set(cases.map(([, , signature]) => signature))).toEqual(new Set(Object.keys(signatures)));
  });

  test.each<[string, Partial<Evidence>, Signature]>([
    [
      'a full disk explains a plugin that is gone',
      { disk: { freeBytes: 0, freeBytesMin: 1 }, plugin: { running: false, answering: false } },
      'disk',
    ],
    [
      'a plugin that hangs outweighs what its last run said',
      { because: said('empty-source'), plugin: { running: true, answering: false } },
      'plugin-hung',
    ],
    [
      'what the last run said outweighs how it began',
      { because: said('stalled'), lastRun: said('rejected') },
      'rejected',
    ],
    ['a refusal outweighs silence', { ...source('SW_LICENCE'), targetReachable: false }, 'licence'],
    ['a refusal of yesterday is none when the probe is good', { because: said('unauthorised') }, 'unknown'],
  ])('%s', (_, part, signature) => {
    expect(diagnose({ ...well, ...part }, rungs).signature).toBe(signature);
  });

  test('names the room that is left', () => {
    const { message } = diagnose({ ...well, disk: { freeBytes: 3 * 2 ** 20, freeBytesMin: 2 ** 26 } }, rungs);

    expect(message).toBe("The plugin's data directory has 3 MiB left; 64 MiB is the least. Make room.");
  });

  test('keeps the words by which the needs of rungs are judged', () => {
    const { evidence } = diagnose(
      { ...well, sourceReachable: false, plugin: { running: true, answering: false } },
      rungs,
    );

    expect(evidence).toMatchObject({ sourceReachable: false, targetReachable: true, plugin: { answering: false } });
  });
});

describe('remedies of other names', () => {
  const proxyDead = { ...well, sourceReachable: false };
  const named = (...remedies: string[]) => remedies.map((remedy) => ({ id: remedy, remedy }));

  test('wait behind the one that is known to heal', () => {
    expect(diagnose(proxyDead, named('person', 'power-cycle', 'restart-proxy')).rungs).toEqual(['restart-proxy']);
  });

  test('a person who is asked to restart something counts as that restart', () => {
    const byPerson = (...ids: string[]) => ids.map((id) => ({ id, remedy: 'person' }));

    expect(diagnose(proxyDead, byPerson('restart-server', 'restart-proxy', 'call')).rungs).toEqual(['restart-proxy']);
  });

  test('and persons are all there is where none is known', () => {
    expect(diagnose(proxyDead, named('synchronize', 'power-cycle', 'person')).rungs).toEqual(['power-cycle', 'person']);
  });

  test('are not made up: a ladder that cannot help says so', () => {
    const { rungs: able, message } = diagnose(proxyDead, named('synchronize', 'restart-plugin'));

    expect(able).toEqual([]);
    expect(message).toContain('No rung of this ladder can help against it.');
  });
});

test('docs/ladder.md lists every signature with what it selects from the default policy', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/ladder.md'), 'utf8');
  const section = page.split('\n## ').find((part) => part.startsWith('Signatures')) ?? '';
  const rows = [...section.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| (nothing|all|(?:`[a-z-]+`(?:, )?)+) \|$/gm)];
  const told = rows.map(([, signature, means, selects]) => ({ signature, means, selects }));
  const selected = (helps: readonly string[]) =>
    helps.length === 0 ? 'nothing' : helps.length === all.length ? 'all' : helps.map((id) => `\`${id}\``).join(', ');
  const known = Object.entries(signatures).map(([signature, { means }]) => {
    const [, , , helps = []] = cases.find(([, , one]) => one === signature) ?? [];
    return { signature, means, selects: selected(helps) };
  });

  expect(told).toEqual(known);
});
