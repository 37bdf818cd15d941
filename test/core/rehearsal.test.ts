/** Rehearsals: the real ladder in virtual time, with answers that are chosen. */
import { describe, expect, test } from 'vitest';
import { guideRungs } from '../../machines/escalation/ladder-policy.ts';
import { type Policy, policySchema } from '../../machines/policy.ts';
import { type Answers, rehearse } from '../../src/core/rehearsal.ts';
import { nothingHelps, timetableOf } from '../../src/core/timetable.ts';

const at = Date.parse('2026-03-02T10:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const until = at + 24 * hour;
const rung = (id: string, more: object = {}) => ({
  id,
  title: `Do ${id}`,
  remedy: id,
  impact: '-',
  mode: 'delta',
  ...more,
});
// Probes far apart: virtual hours cost what happens in them.
const connection = { probeEveryMs: hour };
const ladderOf = (...rungs: object[]) => policySchema.parse({ connection, ladder: { rungs } });
const told = (policy: Policy, answers: Answers = nothingHelps(policy, 'quick')) =>
  rehearse({ policy, at, answers, until });
const kinds = (policy: Policy, answers?: Answers) =>
  told(policy, answers).steps.map(({ kind, rung: id, how }) =>
    [kind, id, how].filter((part) => part !== null).join(' '),
  );

describe('a rehearsal', () => {
  test('goes from the deviation over each try to quarantine', () => {
    expect(kinds(ladderOf(rung('restart-plugin', { attempts: 2 }), rung('restart-server')))).toEqual([
      'deviation',
      'taken restart-plugin',
      'ended restart-plugin done',
      'taken restart-plugin',
      'ended restart-plugin done',
      'taken restart-server',
      'ended restart-server done',
      'quarantined',
    ]);
  });

  test('repeats itself, move by move', () => {
    const policy = policySchema.parse({});

    expect(told(policy).steps).toEqual(told(policy).steps);
  });

  test('asks for an approval, and goes on when it is given', () => {
    const policy = ladderOf(rung('restart-server', { approval: { required: true } }));
    const answers = { ...nothingHelps(policy, 'quick'), approval: () => ({ afterMs: 7 * minute }) };
    const [, asked, taken] = told(policy, answers).steps;

    expect([asked?.kind, asked?.attempt, taken?.kind]).toEqual(['asked', 1, 'taken']);
    expect(taken?.at).toBeGreaterThanOrEqual((asked?.at ?? 0) + 7 * minute);
  });

  test('passes over what nobody agrees to', () => {
    const policy = ladderOf(rung('restart-server', { approval: { required: true } }), rung('restart-proxy'));
    const { steps, ended } = told(policy, { ...nothingHelps(policy, 'quick'), approval: () => null });

    expect(steps.map(({ kind }) => kind)).toEqual(['deviation', 'asked', 'taken', 'ended', 'quarantined']);
    expect(steps.at(-1)?.skipped['restart-server']).toBe('nobody agreed to it in time');
    expect(ended).toBe('quarantined');
  });

  test('lets a person carry a rung out, or not answer', () => {
    const policy = ladderOf(rung('look', { remedy: 'person', steps: ['Look.'] }));
    const silent = { ...nothingHelps(policy, 'quick'), person: () => null };

    expect(kinds(policy)).toContain('ended look done');
    expect(kinds(policy, silent)).toContain('ended look timed-out');
  });

  test('ends with the recovery that an answer brings', () => {
    const policy = ladderOf(rung('restart-plugin'));
    const inVain = nothingHelps(policy, 'quick');
    const proof = { at, depth: 'content', equal: true, types: [] };
    const healed = {
      outcome: 'succeeded',
      reason: null,
      proof,
      written: { created: 0, updated: 0, deleted: 0, unchanged: 0 },
      rejected: 0,
    };
    const answers: Answers = {
      ...inVain,
      work: (asked) =>
        asked.src === 'synchronize' && asked.context.escalation.rung !== null
          ? { afterMs: minute, output: healed }
          : inVain.work(asked),
    };

    expect(told(policy, answers)).toMatchObject({
      ended: 'recovered',
      context: { escalation: { past: [{ helped: 'restart-plugin' }] } },
    });
  });

  test('ends with the time that is given to it', () => {
    const policy = ladderOf(
      rung('restart-server', { windows: { allow: [{ cron: '0 2 * * 0', timeZone: 'UTC', durationMs: hour }] } }),
    );

    expect(told(policy)).toMatchObject({ ended: 'time', context: { escalation: { rung: 'restart-server' } } });
  });

  test('waits once for a pause that outlasts the evidence, looks again, and acts', () => {
    const policy = policySchema.parse({
      connection,
      ladder: {
        evidenceMs: 1_000,
        retryBackoff: { initialMs: hour, maxMs: hour },
        rungs: [rung('restart-plugin', { attempts: 2 })],
      },
    });

    const { ended, steps } = told(policy);
    expect(ended).toBe('quarantined');
    const [first, second] = steps.filter(({ kind }) => kind === 'taken').map((taken) => taken.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(0.1 * hour);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(2 * hour);
  });
});

describe('a timetable', () => {
  const secondsOf = (policy: Policy) =>
    timetableOf({ id: 'headquarters', policy, at }).rows.map(({ rung: id, attempt, earliestMs, latestMs }) => [
      id,
      attempt,
      Math.round((earliestMs ?? 0) / 1_000),
      Math.round((latestMs ?? 0) / 1_000),
    ]);

  test('of the default policy comes to a person within half an hour or so', () => {
    expect(secondsOf(policySchema.parse({}))).toEqual([
      ['synchronize', 1, 30, 90],
      ['synchronize-full', 1, 30, 270],
      ['synchronize-full', 2, 35, 455],
      ['restart-plugin', 1, 35, 635],
      ['restart-plugin', 2, 155, 951],
      ['restart-server', 1, 170, 1_266],
      ['restart-proxy', 1, 185, 1_581],
    ]);
  });

  test('says when a person is asked first, and what for', () => {
    const rungs = guideRungs.map((one) =>
      one.id === 'restart-proxy' ? { ...one, approval: { required: true, expiresMs: 10 * minute } } : one,
    );
    const { rows, person, quarantine } = timetableOf({ policy: ladderOf(...rungs), at });

    expect(rows.at(-1)).toMatchObject({ rung: 'restart-proxy', person: 'agrees' });
    expect(person.earliestMs).toBeLessThanOrEqual(rows.at(-1)?.earliestMs ?? 0);
    expect((quarantine.latestMs ?? 0) - (person.latestMs ?? 0)).toBeGreaterThan(10 * minute);
  });

  test('waits for windows, on the clock', () => {
    const night = { cron: '0 2 * * *', timeZone: 'UTC', durationMs: 2 * hour };
    const [row] = timetableOf({ policy: ladderOf(rung('restart-server', { windows: { allow: [night] } })), at }).rows;

    expect(row).toMatchObject({ hasWindows: true, earliestAt: Date.parse('2026-03-03T02:00:00Z') });
  });

  test('names a rung that it does not come to, with the reason', () => {
    const policy = policySchema.parse({
      ladder: { budget: { max: 1, windowMs: 24 * hour }, rungs: [rung('restart-plugin'), rung('restart-server')] },
    });

    expect(timetableOf({ policy, at }).unreached).toEqual({
      'restart-server': 'the budget over all of 1 in 24 h is spent',
    });
  });
});
