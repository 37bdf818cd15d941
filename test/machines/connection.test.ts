import { describe, expect, test } from 'vitest';
import { judge } from '../../machines/connection.ts';
import type { ProbeReport } from '../../machines/events.ts';
import { connectionMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';

const policy = policySchema.parse({});
const ok = { ok: true, version: '1', latencyMs: 3 } as const;
const silent = { ok: false, code: 'SW_UNREACHABLE', message: 'Nobody there.' } as const;
const refused = { ok: false, code: 'SW_UNAUTHORISED', message: 'Wrong password.' } as const;
const report = (part: Partial<ProbeReport> = {}): ProbeReport & Json => ({
  source: ok,
  target: ok,
  incompatible: null,
  ...part,
});

const status = (driver: Driver) => (driver.value as { status: string }).status;
const start = () => new Driver(connectionMachine, { id: 'pair', policy: policy as unknown as Json });
const probe = (driver: Driver, answer: Json) => {
  if (!driver.running.includes('probe')) driver.fire('probeDue');
  return driver.answer('probe', answer);
};
const connected = () => probe(probe(start(), report()), report());

describe('a judgement', () => {
  test.each<[string, ProbeReport, string, string | null]>([
    ['both sides answer', report(), 'good', null],
    ['silence outweighs a refusal', report({ source: silent, target: refused }), 'failed', 'unreachable'],
    ['a refusal is no silence', report({ source: refused }), 'degraded', 'unauthorised'],
    ['versions that do not go together', report({ incompatible: 'No.' }), 'degraded', 'incompatible'],
    ['a slow answer is a warning', report({ target: { ...ok, latencyMs: 5_000 } }), 'degraded', 'slow'],
  ])('%s', (_, given, verdict, code) => {
    const judgement = judge(given, policy.connection);

    expect(judgement.verdict).toBe(verdict);
    expect('reason' in judgement ? judgement.reason.code : null).toBe(code);
  });
});

describe('the connection', () => {
  test('is connected only after several good probes in a row', () => {
    const driver = start();

    expect(status(probe(driver, report()))).toBe('disconnected');
    expect(status(probe(driver, report()))).toBe('connected');
  });

  test('is lost only after several failed probes in a row', () => {
    const driver = connected();

    expect(status(probe(driver, report({ source: silent })))).toBe('connected');
    expect(status(probe(driver, report({ source: silent })))).toBe('connected');
    expect(status(probe(driver, report({ source: silent })))).toBe('disconnected');
    expect(driver.context.connection.reason?.message).toBe('Nobody there.');
  });

  test('one good probe in between starts the count again', () => {
    const driver = connected();
    for (const answer of [silent, silent, ok, silent, silent]) probe(driver, report({ source: answer }));

    expect(status(driver)).toBe('connected');
  });

  test('a refusal is a warning at once, and is not asked again at the usual pace', () => {
    const driver = probe(connected(), report({ source: refused }));

    expect(status(driver)).toBe('warning');
    expect(driver.delayOf('probeDue')).toBeGreaterThanOrEqual(policy.connection.backoff.maxMs);
  });

  test('probes less and less often while nobody answers, up to the cap', () => {
    const driver = connected();
    const delays = Array.from({ length: 20 }, () => probe(driver, report({ source: silent })).delayOf('probeDue'));

    expect(Math.max(...delays)).toBeLessThanOrEqual(policy.connection.backoff.maxMs);
    expect(delays.at(-1)).toBeGreaterThan(delays[0] ?? 0);
    expect(Math.min(...delays)).toBeGreaterThan(0);
  });

  test('a probe without an answer makes it stale', () => {
    const driver = connected().fire('probeDue').fire('probeStale');

    expect(status(driver)).toBe('warning');
    expect(driver.context.connection.reason?.code).toBe('stale');
  });

  test('coming and going again and again is flapping, until it has been quiet for the window', () => {
    const driver = connected();
    const down = () => [1, 2, 3].forEach(() => void probe(driver, report({ source: silent })));
    const up = () => [1, 2].forEach(() => void probe(driver, report()));
    for (let round = 0; round < 4; round++) {
      down();
      up();
    }
    expect(driver.context.connection.reason?.code).toBe('flapping');

    driver.later(policy.connection.flapsWindowMs + 1);
    probe(driver, report());

    expect(status(driver)).toBe('connected');
  });

  test('what came and went before the clock was set back makes it flap no longer', () => {
    const driver = connected();
    const down = () => [1, 2, 3].forEach(() => void probe(driver, report({ source: silent })));
    const up = () => [1, 2].forEach(() => void probe(driver, report()));
    for (let round = 0; round < 4; round++) {
      down();
      up();
    }
    driver.at -= 9 * 3_600_000;
    up();

    expect(status(driver)).toBe('connected');
  });
});
