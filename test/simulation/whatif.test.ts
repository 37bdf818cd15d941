/** What would a policy do: patterns of outages played against policies that differ in one point. */
import { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { guideRungs } from '../../machines/escalation/ladder-policy.ts';
import { catalogue } from '../../src/simulation/whatif/catalogue.ts';
import { faultKinds } from '../../src/simulation/whatif/fault-kinds.ts';
import { type Pattern, parseOutages } from '../../src/simulation/whatif/pattern.ts';
import { placeholdersFor } from '../../src/simulation/whatif/placeholders.ts';
import type { IntegrationReport } from '../../src/simulation/whatif/report.ts';
import { spreadOf } from '../../src/simulation/whatif/report.ts';
import { playable } from '../../src/simulation/whatif/stand-ins.ts';
import { Trial } from '../../src/simulation/whatif/trial.ts';
import { type PlayedPattern, playAll, subjectsOf } from '../../src/simulation/whatif/whatif.ts';
import { type Config, configSchema, readConfig } from '../../src/supervise/config.ts';

const minute = 60_000;
const hour = 60 * minute;
const proxy = { 'restart-proxy': { kind: 'webhook', url: 'https://remedy.example' } };
const compatible = [{ source: '>=2.70 <2.91', target: '>=5.10 <5.14' }];

/** An integration with the default policy, and what is to be otherwise. */
const integration = (other: object = {}) => ({
  id: 'headquarters',
  source: { kind: 'sipass', url: 'https://sipass.example', username: 'u', password: 'p', profile: 'mp28x' },
  target: { kind: 'security-center', url: 'https://sc.example', username: 'u', password: 'p', applicationId: 'a' },
  compatible,
  remedies: proxy,
  ...other,
});
const siteOf = (...integrations: readonly object[]): Config => configSchema.parse({ integrations });
const without = (...rungs: readonly string[]) => ({
  policy: { ladder: { rungs: guideRungs.filter(({ id }) => !rungs.includes(id)) } },
});

interface Faults {
  readonly at?: string;
  readonly faults: readonly object[];
}

const outages = ({ at, faults }: Faults, ids: readonly string[] = ['headquarters']) =>
  parseOutages(stringify({ patterns: [{ name: 'one', ...(at ? { at } : {}), faults }] }), 'outages.yaml', ids);

async function playOne(config: Config, pattern: Faults, { seed = 1, seeds = 1, answerAfterMs = 10 * minute } = {}) {
  const all: PlayedPattern[] = [];
  const { config: site, remedyOptions } = playable(config);
  const ids = site.integrations.map(({ id }) => id);
  const tell = (one: PlayedPattern) => void all.push(one);
  const worst = await playAll({
    config: site,
    remedyOptions,
    outages: outages(pattern, ids),
    seed,
    seeds,
    answerAfterMs,
    tell,
  });
  const [report] = all[0]?.integrations ?? [];
  return { report: report as IntegrationReport, all, worst };
}

const takenIn = ({ taken }: IntegrationReport) => Object.fromEntries(taken.map(({ rung, most }) => [rung, most]));

afterEach(() => void vi.restoreAllMocks());

describe('a dead proxy', () => {
  const faults = [{ kind: 'proxy-dead' }];

  test('is restarted by the default policy, and nobody is called', async () => {
    const { report, worst } = await playOne(siteOf(integration()), { faults }, { seeds: 2 });

    expect(report).toMatchObject({
      ended: { proven: 2, quarantined: 0, open: 0 },
      why: null,
      signatures: ['proxy-dead'],
    });
    expect(report.person).toEqual({ callsMost: 0, seeds: 0, earliestMs: null, because: null });
    expect(takenIn(report)).toEqual({ 'restart-proxy': 1 });
    expect(report.noticed?.worstMs).toBeLessThan(15_000);
    expect(report.proven.worstMs).toBeLessThan(3 * minute);
    expect(worst).toMatchObject({ slowest: { pattern: 'one' }, neverProven: [], withPerson: [] });
  });

  test('stays dead without that rung: a person is needed, and it ends in quarantine', async () => {
    const { report, worst } = await playOne(siteOf(integration(without('restart-proxy'))), { faults }, { seeds: 2 });

    expect(report).toMatchObject({
      ended: { proven: 0, quarantined: 2, open: 0 },
      proven: { medianMs: null, worstMs: null },
      why: { code: 'proxy-dead' },
      person: { callsMost: 1, seeds: 2 },
      taken: [],
    });
    expect(report.person.earliestMs).toBeLessThan(2 * minute);
    expect(worst).toMatchObject({ slowest: null, neverProven: [{ pattern: 'one' }], withPerson: ['one'] });
  });

  test('waits for whoever must agree, as long as they take', async () => {
    const rungs = guideRungs.map((rung) => ({ ...rung, approval: { required: rung.id === 'restart-proxy' } }));
    const config = siteOf(integration({ policy: { ladder: { rungs } } }));
    const soon = await playOne(config, { faults }, { answerAfterMs: 2 * minute });
    const late = await playOne(config, { faults }, { answerAfterMs: 42 * minute });

    expect(soon.report).toMatchObject({ ended: { proven: 1 }, person: { callsMost: 1, seeds: 1 } });
    const longerMs = (late.report.proven.worstMs ?? 0) - (soon.report.proven.worstMs ?? 0);
    expect(longerMs / minute).toBeCloseTo(40, 0);
  });

  test('is healed by a person who does as asked', async () => {
    const asked = { id: 'call', title: 'Call', remedy: 'person', impact: '-', mode: 'full', steps: ['Go there.'] };
    const policy = { ladder: { rungs: [guideRungs[0], { ...asked, timeoutMs: hour }] } };
    const { report } = await playOne(siteOf(integration({ policy })), { faults });

    expect(report).toMatchObject({ ended: { proven: 1 }, person: { callsMost: 1 } });
    expect(takenIn(report)).toEqual({ call: 1 });
    expect(report.proven.worstMs).toBeGreaterThan(10 * minute);
  });

  test('is healed by a remedy of another name only where the pattern says so', async () => {
    const rungs = [{ id: 'fail-over', title: 'Fail over', remedy: 'fail-over', impact: '-', mode: 'full' }];
    const remedies = { 'fail-over': { kind: 'webhook', url: 'https://remedy.example' } };
    const config = siteOf(integration({ policy: { ladder: { rungs } }, remedies }));
    const vain = await playOne(config, { faults });
    const well = await playOne(config, { faults: [{ kind: 'proxy-dead', healedBy: ['fail-over'] }] });

    expect(playable(config).unknownRemedies).toEqual(['fail-over']);
    expect(vain.report).toMatchObject({ ended: { quarantined: 1 }, taken: [{ rung: 'fail-over', how: { done: 1 } }] });
    expect(well.report).toMatchObject({ ended: { proven: 1 }, taken: [{ rung: 'fail-over', how: { done: 1 } }] });
  });
});

describe('what decides', () => {
  test('a window that forbids restarts at night shows in the worst case', async () => {
    const deny = [{ cron: '0 22 * * *', timeZone: 'Europe/Zurich', durationMs: 8 * hour }];
    const night: Faults = { at: 'Sun 02:30', faults: [{ kind: 'plugin-crashes' }] };
    const always = await playOne(siteOf(integration()), night);
    const byDay = await playOne(siteOf(integration({ policy: { ladder: { windows: { deny } } } })), night);

    expect(always.worst.slowest?.ms).toBeLessThan(3 * minute);
    // From half past two, on the clocks of the window, until six.
    expect(byDay.worst.slowest?.ms).toBeGreaterThan(3.5 * hour);
    expect(byDay.worst.slowest?.ms).toBeLessThan(3.5 * hour + 3 * minute);
    expect(byDay.report.taken).toMatchObject([{ rung: 'restart-plugin', most: 1 }]);
  });

  test('ports of the machine tell that it is down: no proxy is restarted in vain', async () => {
    const faults = [{ kind: 'machine-down', durationMs: 30 * minute }];
    const blind = await playOne(siteOf(integration()), { faults });
    const seeing = await playOne(siteOf(integration({ sourceHostPorts: [445] })), { faults });

    expect(takenIn(blind.report)).toEqual({ 'restart-proxy': 1 });
    expect(takenIn(seeing.report)).toEqual({});
    expect(seeing.report).toMatchObject({ signatures: ['source-down', 'unreachable'], ended: { proven: 1 } });
  });

  test('a server that hangs is healed by its restart alone', async () => {
    const faults = [{ kind: 'server-stuck' }];
    const whole = await playOne(siteOf(integration()), { faults });
    const lacking = await playOne(siteOf(integration(without('restart-server'))), { faults });

    expect(whole.report).toMatchObject({ ended: { proven: 1 }, person: { callsMost: 0 } });
    expect(Object.keys(takenIn(whole.report))).toEqual(['restart-plugin', 'restart-server']);
    expect(lacking.report).toMatchObject({ ended: { quarantined: 1 }, why: { code: 'exhausted' } });
  });

  test('wrong versions are noticed only where they are compared', async () => {
    const faults = [{ kind: 'version-changed', side: 'target' }];
    const checked = await playOne(siteOf(integration()), { faults });
    const unchecked = await playOne(siteOf(integration({ compatible: [] })), { faults });

    expect(checked.report).toMatchObject({ why: { code: 'incompatible' }, taken: [], person: { callsMost: 1 } });
    expect(unchecked.report).toMatchObject({ noticed: null, taken: [], person: { callsMost: 0 } });
  });

  test.each<[string, object, object]>([
    ['slow', { ended: { proven: 1 }, taken: [], person: { callsMost: 0 } }, { durationMs: 30 * minute }],
    ['failing', { ended: { proven: 1 }, signatures: ['source-failing'] }, { durationMs: 2 * minute }],
    ['list-empty', { ended: { quarantined: 1 }, why: { code: 'empty-source' }, taken: [] }, {}],
    ['licence-lost', { ended: { quarantined: 1 }, why: { code: 'licence' }, taken: [] }, { side: 'target' }],
    ['server-crashes', { ended: { proven: 1 }, taken: [{ rung: 'restart-plugin', most: 1 }] }, {}],
  ])('%s ends as its nature is', async (kind, expected, more) => {
    const { report } = await playOne(siteOf(integration()), { faults: [{ kind, ...more }] });

    expect(report).toMatchObject(expected);
    expect(report.noticed?.worstMs).toBeLessThan(20 * minute);
  });

  test('remedies that hang are given up, and tried again when they work', async () => {
    const faults = [{ kind: 'remedies-hang', durationMs: 30 * minute }, { kind: 'plugin-hangs' }];
    const { report } = await playOne(siteOf(integration()), { faults });

    expect(report).toMatchObject({ ended: { proven: 1 }, person: { seeds: 1 } });
    expect(report.taken[0]).toMatchObject({ rung: 'restart-plugin', how: { 'timed-out': expect.any(Number) } });
    expect(report.proven.worstMs).toBeGreaterThan(30 * minute);
  });

  test('a dry run shows what would have been done, and heals nothing', async () => {
    const config = configSchema.parse({ integrations: [integration()], fleet: { dryRun: true } });
    const { report } = await playOne(config, { faults: [{ kind: 'proxy-dead' }] });

    expect(report).toMatchObject({
      ended: { quarantined: 1 },
      taken: [{ rung: 'restart-proxy', how: { rehearsed: 1 } }],
    });
  });

  test('a site that is never well is no site to play outages on', async () => {
    const { config, remedyOptions } = playable(
      siteOf(integration({ compatible: [{ source: '>2 <1', target: '1.0' }] })),
    );
    const [pattern] = outages({ faults: [{ kind: 'slow' }] }).patterns;
    const options = { config, remedyOptions, subject: 'headquarters', seed: 1, timeZone: 'UTC', answerAfterMs: 0 };

    await expect(new Trial({ ...options, pattern: pattern as Pattern }).play()).rejects.toMatchObject({
      code: 'SW_NOT_SIMULATED',
      message: expect.stringContaining('do not go together'),
    });
  });

  test('remedies that hang for an hour hang on while others fail for a minute', async () => {
    const hang = { kind: 'remedies-hang', durationMs: hour };
    const faults = [hang, { kind: 'remedies-fail', durationMs: minute }, { kind: 'proxy-dead' }];
    const { report } = await playOne(siteOf(integration()), { faults });

    expect(report.proven.worstMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(hour);
  });

  test('a budget that is spent is waited for before never is said', async () => {
    const faults = [{ kind: 'remedies-hang', durationMs: hour }, { kind: 'proxy-dead' }];
    const { report } = await playOne(siteOf(integration()), { faults });

    expect(report).toMatchObject({ ended: { proven: 1, quarantined: 0 } });
    expect(report.proven.worstMs).toBeGreaterThan(20 * hour);
  });

  test('an upgrade is harmless where any newer version will do, and so is nothing that nobody compares', async () => {
    const any = [{ source: '>=2.70', target: '>=5.10' }];
    for (const matrix of [any, []]) {
      const { report } = await playOne(siteOf(integration({ compatible: matrix })), {
        faults: [{ kind: 'version-changed', side: 'target' }],
      });
      expect(report).toMatchObject({ ended: { proven: 1 }, taken: [], person: { callsMost: 0 } });
    }
  });

  test.each([
    ['without a status is not known to be done after a reboot', {}, 'failed'],
    ['with a status is found done, or done', { statusUrl: 'https://remedy.example/status' }, 'done'],
  ])('a remedy %s', async (_, status, how) => {
    const remedies = { 'restart-proxy': { ...proxy['restart-proxy'], ...status } };
    const reboot = { kind: 'supervisor-reboots', startMs: 'first-remedy', durationMs: 20_000 };
    const { report } = await playOne(siteOf(integration({ remedies })), { faults: [{ kind: 'proxy-dead' }, reboot] });

    const restarts = report.taken.find(({ rung }) => rung === 'restart-proxy');
    expect(Object.keys(restarts?.how ?? {})).toContain(how);
  });

  test('a reboot amid the remedy is gone through', async () => {
    const faults = [{ kind: 'proxy-dead' }, { kind: 'supervisor-reboots', startMs: 'first-remedy' }];
    const { report } = await playOne(siteOf(integration()), { faults });

    expect(report.ended.proven).toBe(1);
    expect(report.proven.worstMs).toBeGreaterThan(2 * minute);
    expect(takenIn(report)['restart-proxy']).toBe(1);
  });
});

describe('several integrations', () => {
  const north = integration({
    id: 'north',
    remedies: { 'restart-proxy': { ...proxy['restart-proxy'], component: 'p' } },
  });

  test('of one policy are played once, and share what they share', async () => {
    const config = siteOf(north, { ...north, id: 'south' });
    const { all } = await playOne(config, { faults: [{ kind: 'proxy-dead' }] });
    const [north1, south] = all[0]?.integrations ?? [];

    expect(subjectsOf(playable(config).config)).toEqual([{ id: 'north', alike: ['south'] }]);
    expect(all.map(({ subject }) => subject)).toEqual(['north']);
    expect([north1?.integration, south?.integration]).toEqual(['north', 'south']);
    // One restart serves both.
    expect([north1, south].flatMap((one) => one?.taken ?? [])).toMatchObject([{ rung: 'restart-proxy', most: 1 }]);
    expect([north1?.ended.proven, south?.ended.proven]).toEqual([1, 1]);
    expect([north1?.servedMost, south?.servedMost].sort()).toEqual([0, 1]);
  });

  test('of other policies are played for each, but a pattern that names its integrations only once', async () => {
    const config = siteOf(north, { ...north, id: 'south', ...without('restart-proxy') });
    const each = await playOne(config, { faults: [{ kind: 'entities-missing' }] });
    const named = await playOne(config, { faults: [{ kind: 'entities-missing', on: 'south' }] });

    expect(each.all.map(({ subject }) => subject)).toEqual(['north', 'south']);
    expect(named.all.map(({ integrations }) => integrations.map((one) => one.integration))).toEqual([['south']]);
  });

  test('beside Genetec are left out, and refused where there is nothing else', () => {
    const { compatible: _, remedies: __, ...plain } = integration({ id: 'role' });
    const beside = { ...plain, mode: 'beside' };

    expect(playable(siteOf(north, beside)).leftOut).toEqual(['role']);
    expect(() => playable(siteOf(beside))).toThrowError(
      expect.objectContaining({ code: 'SW_NOT_SIMULATED', message: expect.stringContaining('role') }),
    );
  });
});

test('the same seed gives the same answer, and others differ', async () => {
  const pattern = { faults: [{ kind: 'network-flaps', durationMs: 10 * minute }] };
  const config = siteOf(integration());
  const [first, again, other] = [
    await playOne(config, pattern, { seed: 7 }),
    await playOne(config, pattern, { seed: 7 }),
    await playOne(config, pattern, { seed: 8 }),
  ];

  expect(again).toEqual(first);
  expect(other.report).not.toEqual(first.report);
});

test('nothing real is called: no process is started, and no connection opened', async () => {
  const connect = vi.spyOn(Socket.prototype, 'connect');
  const spawn = vi.spyOn(ChildProcess.prototype as never, 'spawn');
  const command = { 'restart-proxy': { kind: 'command', argv: ['systemctl', 'restart', 'sipass-proxy'] } };
  const { report } = await playOne(siteOf(integration({ remedies: command })), { faults: [{ kind: 'proxy-dead' }] });

  expect(takenIn(report)).toEqual({ 'restart-proxy': 1 });
  expect(connect).not.toHaveBeenCalled();
  expect(spawn).not.toHaveBeenCalled();
});

describe('a file of patterns', () => {
  const refused = (document: unknown) => {
    try {
      parseOutages(typeof document === 'string' ? document : stringify(document), 'mine.yaml', ['north']);
    } catch (error) {
      return error as { code: string; message: string };
    }
    return null;
  };
  const one = (fault: object, more: object = {}) => ({ patterns: [{ name: 'one', faults: [fault], ...more }] });

  test.each<[string, unknown, string]>([
    ['no YAML', 'patterns: [', 'valid YAML'],
    ['a kind that is none', one({ kind: 'earthquake' }), 'patterns.0.faults.0.kind'],
    ['a key that is none', one({ kind: 'slow', lasts: 3 }), 'lasts'],
    ['an integration that is none', one({ kind: 'slow', on: ['north', 'west'] }), '"west" is none of all, north'],
    ['a time that is none', one({ kind: 'slow' }, { at: '25:00' }), 'a time such as "02:30"'],
    ['a zone that is none', { ...one({ kind: 'slow' }), timeZone: 'Mars/Base' }, 'is no time zone'],
    [
      'a name used twice',
      { patterns: [...one({ kind: 'slow' }).patterns, ...one({ kind: 'slow' }).patterns] },
      'twice',
    ],
  ])('is refused with %s', (_, document, found) => {
    expect(refused(document)).toMatchObject({
      code: 'SW_OUTAGES_INVALID',
      message: expect.stringContaining(found),
    });
  });

  test('the example of the documentation is one, for the site of the other example', async () => {
    const example = (name: string) => resolve(import.meta.dirname, '../../docs/examples', name);
    const config = await readConfig(example('two-sites.yaml'), {});
    const ids = config.integrations.map(({ id }) => id);
    const { patterns, timeZone } = parseOutages(await readFile(example('outages.yaml'), 'utf8'), 'outages.yaml', ids);

    expect(timeZone).toBe('Europe/Zurich');
    expect(patterns.length).toBeGreaterThan(3);
    const played: PlayedPattern[] = [];
    const site = { ...playable(config), outages: { timeZone, patterns: patterns.slice(0, 1) } };
    await playAll({ ...site, seed: 1, seeds: 1, answerAfterMs: minute, tell: (one) => void played.push(one) });
    // The rung waits for ten in the evening.
    expect(played[0]?.integrations[0]?.proven.worstMs).toBeGreaterThan(10 * hour);
  });

  test('the built-in catalogue is such a file, too, and its titles fit their column', () => {
    const { patterns } = parseOutages(stringify(catalogue), 'catalogue', []);

    expect(patterns).toEqual(catalogue.patterns);
    expect(patterns.length).toBeGreaterThanOrEqual(13);
  });

  test('every kind of fault, and every key, stands on the page', async () => {
    const page = await readFile(resolve(import.meta.dirname, '../../docs/ladder.md'), 'utf8');
    const [section = ''] = page.split(/\n## /).filter((part) => part.startsWith('What would my policy do?'));
    const named = [...section.matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) \|/gm)].flatMap(([, keys = '']) => keys.split(', '));

    expect(named.map((key) => key.replaceAll('`', '')).sort()).toEqual(
      [
        ...faultKinds,
        'timeZone',
        'name',
        'title',
        'at',
        'kind',
        'startMs',
        'durationMs',
        'on',
        'side',
        'healedBy',
      ].sort(),
    );
  });
});

test('variables that are not set get values that a configuration takes', () => {
  const text = `url: \${HOST_URL}\npassword: \${PASSWORD}\nusername: \${USER_NAME:-syncwarden}\nclient: \${SET}`;

  expect(placeholdersFor(text, { SET: 'x' })).toEqual({ HOST_URL: 'https://not-set.invalid', PASSWORD: 'not-set' });
});

test('what never came is worse than any time', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ medianMs: 2, worstMs: 3 });
  expect(spreadOf([3, null, 2])).toEqual({ medianMs: 3, worstMs: null });
  expect(spreadOf([null, null, 2])).toEqual({ medianMs: null, worstMs: null });
});
