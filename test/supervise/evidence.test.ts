/** The gathering of evidence: what cannot be found out is left open, and nothing is waited for too long. */
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { CodedError } from '../../src/core/errors.ts';
import { diskOf, type EvidenceSources, gatherEvidence } from '../../src/supervise/evidence.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const ok = { ok: true, version: '2.85', latencyMs: 3 } as const;
const report = { source: ok, target: ok, incompatible: null };
const because = { code: 'counts-differ', message: 'They differ.' };
const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

const host = (part: Partial<EvidenceSources['host']> = {}): EvidenceSources['host'] => ({
  status: () => ({ running: true, startedAt: 1, answering: true }),
  probe: () => Promise.resolve(report),
  ...part,
});
const sources = (part: Partial<EvidenceSources> = {}): EvidenceSources => ({
  host: host(),
  reach: { source: yes, target: yes },
  ...part,
});
const gather = (from: EvidenceSources, input: object = { because }, clock = new VirtualClock()) =>
  gatherEvidence(from, { key: 'pair', input, signal: new AbortController().signal }, clock);
const failsWith = (code: 'SW_PLUGIN_STOPPED' | 'SW_PLUGIN_UNRESPONSIVE') =>
  host({ probe: () => Promise.reject(CodedError.revive(code, code)) });

describe('evidence', () => {
  test('of what is configured for the least is complete, and leaves the rest open', async () => {
    expect(await gather(sources())).toEqual({
      because,
      lastRun: null,
      plugin: { running: true, answering: true },
      probe: report,
      probeFailure: null,
      sourceReachable: true,
      targetReachable: true,
      sourceHostAnswers: null,
      others: { asked: 0, reachable: 0 },
      disk: null,
    });
  });

  test('takes what the machine says of the last run', async () => {
    const lastRun = { code: 'SW_STORE_FAILED', message: 'found ENOSPC' };

    expect((await gather(sources(), { because, lastRun })).lastRun).toEqual(lastRun);
  });

  test('counts other addresses, and asks no more of them than it needs', async () => {
    let asked = 0;
    const other = () => {
      asked += 1;
      return asked === 3 ? yes() : no();
    };
    const reach = { source: no, target: no, sourceHost: yes, others: Array(50).fill(other) };
    const evidence = await gather(sources({ reach }));

    expect(evidence).toMatchObject({ sourceHostAnswers: true, others: { asked: 8, reachable: 1 } });
    expect(asked).toBe(8);
  });

  test('measures the disk, and says nothing of one that cannot be asked', async () => {
    const disk = { freeBytes: () => Promise.resolve(5), freeBytesMin: 9 };
    expect((await gather(sources({ disk }))).disk).toEqual({ freeBytes: 5, freeBytesMin: 9 });

    const gone = { freeBytes: () => Promise.reject(new Error('ENOENT')) };
    expect((await gather(sources({ disk: gone }))).disk).toBeNull();
  });

  test('measures the real disk of a directory', async () => {
    expect((await gather(sources({ disk: diskOf(tmpdir()) }))).disk?.freeBytes).toBeGreaterThan(0);
  });

  test('tells a plugin that is gone inside its host from one that hangs there', async () => {
    expect(await gather(sources({ host: failsWith('SW_PLUGIN_STOPPED') }))).toMatchObject({
      plugin: { running: false, answering: false },
      probe: null,
    });
    expect(await gather(sources({ host: failsWith('SW_PLUGIN_UNRESPONSIVE') }))).toMatchObject({
      plugin: { running: true, answering: true },
      probeFailure: { code: 'SW_PLUGIN_UNRESPONSIVE' },
    });
  });

  test('does not probe a host that is silent', async () => {
    const silent = host({
      status: () => ({ running: true, startedAt: 1, answering: false }),
      probe: () => Promise.reject(new Error('It must not be asked.')),
    });

    expect(await gather(sources({ host: silent }))).toMatchObject({ plugin: { answering: false }, probeFailure: null });
  });

  test('gives up a probe that does not come', async () => {
    const clock = new VirtualClock();
    const hangs = host({
      probe: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const evidence = gather(sources({ host: hangs }), { because }, clock);
    await clock.advance(10_000);

    expect(await evidence).toMatchObject({ probe: null, probeFailure: { message: 'No probe came in time.' } });
  });
});
