import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig, readConfig } from '../../src/supervise/config.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const read = (text: string, environment: NodeJS.ProcessEnv = {}) => parseConfig(text, 'reading site.yaml', environment);

describe('the configuration', () => {
  test('the documented example is valid, with defaults filled in', () => {
    const config = read(example, { SIPASS_PASSWORD: 'from the environment' });

    const [integration] = config.integrations;
    expect(integration?.source.password).toBe('from the environment');
    expect(integration?.policy.ladder.rungs.map(({ id }) => id)).toEqual([
      'synchronize',
      'synchronize-full',
      'restart-plugin',
      'restart-server',
      'restart-proxy',
    ]);
    expect(integration?.policy.connection.probeEveryMs).toBe(10_000);
  });

  test.each([
    ['an unknown key, by its path', `${example}\nhtttp: {}`, 'htttp'],
    ['a rung without its remedy', example.replace(/ {4}remedies:[\s\S]*/, ''), 'restart-proxy'],
    ['an id that is used twice', `${example}${example.slice(example.indexOf('  - id:'))}`, 'is used twice'],
    ['broken YAML', 'integrations: [', 'valid YAML'],
    ['a port out of range', example.replace('4780', '99999'), 'http.port'],
  ])('refuses %s', (_, text, named) => {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ code: 'SW_CONFIG_INVALID', message: expect.stringContaining(named) }),
    );
  });

  test('names files relative to itself, wherever the program was started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'syncwarden-config-'));
    try {
      const ssh = '{ ssh: { host: h, user: u, identityFile: keys/id, knownHostsFile: /etc/known_hosts } }';
      const remedy = `restart-proxy: { kind: systemd, unit: p.service, over: ${ssh} }`;
      const text = example
        .replace(/restart-proxy:[\s\S]*/, remedy)
        .replace('profile: mp28x', 'profile: mp28x\n      caFile: ../sipass.pem');
      writeFileSync(join(folder, 'site.yaml'), text);

      const { data, integrations } = await readConfig(join(folder, 'site.yaml'), {});

      expect(data).toBe(join(folder, 'data'));
      expect(integrations[0]?.source.caFile).toBe(resolve(folder, '../sipass.pem'));
      expect(integrations[0]?.remedies['restart-proxy']).toMatchObject({
        over: { ssh: { identityFile: join(folder, 'keys/id'), knownHostsFile: '/etc/known_hosts' } },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const scheduled = (schedule: string) => example.replace('deltaEveryMs: 900000', `schedule: ${schedule}`);
  const path = 'integrations.0.policy.synchronization.schedule';

  test('takes a pause or times of the calendar, and keeps the older pauses', () => {
    const [integration] = read(
      scheduled('{ delta: { everyMs: 60000 }, full: { cron: "0 2 * * 0", timeZone: Europe/Zurich } }'),
    ).integrations;

    expect(integration?.policy.synchronization).toMatchObject({
      schedule: { delta: { everyMs: 60_000 }, full: { cron: '0 2 * * 0', timeZone: 'Europe/Zurich' } },
      fullEveryMs: 86_400_000,
      rejected: { shareMax: 0, retry: { initialMs: 900_000, maxMs: 86_400_000 } },
      proof: { depth: 'content', sampleShare: 0.1 },
      deletes: { shareMax: 0.05, countMax: 50 },
    });
  });

  test.each([
    ['{ full: { cron: "61 * * * *", timeZone: UTC } }', `${path}.full.cron`, '61'],
    ['{ full: { cron: "* * * * * *", timeZone: UTC } }', `${path}.full.cron`, 'five fields'],
    ['{ delta: { cron: "0 0 30 2 *", timeZone: UTC } }', `${path}.delta.cron`, 'never comes'],
    ['{ full: { cron: "0 2 * * 0", timeZone: Mars/Base } }', `${path}.full.timeZone`, 'Mars/Base'],
    ['{ full: { cron: "0 2 * * 0" } }', `${path}.full.timeZone`, 'expected string'],
    ['{ delta: { everyMs: 0 } }', `${path}.delta.everyMs`, '>=1'],
  ])('refuses the schedule %s with its path and the reason', (text, where, why) => {
    const message = expect.stringMatching(new RegExp(`${where.replaceAll('.', '\\.')}.*${why}`));
    expect(() => read(scheduled(text))).toThrowError(expect.objectContaining({ code: 'SW_CONFIG_INVALID', message }));
  });

  test('refuses a variable that is not set and has no default', () => {
    expect(() => read(example.replace('SIPASS_PASSWORD:-', 'SIPASS_PASSWORD'))).toThrowError(
      expect.objectContaining({ code: 'SW_CONFIG_INVALID', message: expect.stringContaining('SIPASS_PASSWORD') }),
    );
  });

  test('names a file that cannot be read', async () => {
    await expect(readConfig('/nowhere/site.yaml', {})).rejects.toMatchObject({ code: 'SW_CONFIG_UNREADABLE' });
  });
});
