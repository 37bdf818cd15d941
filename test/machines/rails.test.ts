/** The rails of the ladder: permission, approval, persons, windows, budgets, dry runs, and the record of it all. */
import { describe, expect, test } from 'vitest';
import { integrationMachine } from '../../machines/index.ts';
import { type Policy, policySchema } from '../../machines/policy.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';
import { proofOf, runOf } from './outcomes.ts';

const ok = { ok: true, version: '1', latencyMs: 3 };
const good: Json = { source: ok, target: ok, incompatible: null };
const granted: Json = { verdict: 'granted', message: 'Free.' };
const rung = (id: string, more: object = {}) => ({
  id,
  title: `Do ${id}`,
  remedy: id,
  impact: '-',
  mode: 'delta',
  ...more,
});
const ladderOf = (...rungs: object[]) => policySchema.parse({ ladder: { rungs } });
const ladder = (driver: Driver) => (driver.value as { escalation: string }).escalation;
const counted = (driver: Driver, equal: boolean) => runOf(proofOf(driver.at, { cardholder: [2, equal ? 2 : 1] }));

/** Diagnosed: the first rung that can help waits for its time. */
function diagnosed(policy: Policy, at = Date.parse('2026-03-02T10:00:00Z'), evidence: object = {}): Driver {
  const driver = new Driver(integrationMachine, { id: 'pair', policy: policy as unknown as Json });
  driver.at = at;
  driver.answer('probe', good).fire('probeDue').answer('probe', good);
  driver.answer('synchronize', counted(driver, false)).fire('confirm');
  return diagnose(driver, policy, evidence);
}

function diagnose(driver: Driver, policy: Policy, evidence: object = {}): Driver {
  const rungs = policy.ladder.rungs.map(({ id }) => id);
  return driver.answer('diagnose', { signature: 'counts-differ', message: 'They differ.', rungs, evidence } as Json);
}

describe('permission', () => {
  const policy = ladderOf(rung('restart-plugin', { attempts: 2 }));

  test('nothing acts before the fleet has granted it', () => {
    const driver = diagnosed(policy).fire('rungReady');

    expect(ladder(driver)).toBe('claiming');
    expect(driver.running).toContain('claim');
    expect(driver.running).not.toContain('remedy');
    expect(driver.context.escalation.uses).toEqual({});
  });

  test('what is put off is asked for again, and said once per reason', () => {
    const later: Json = { verdict: 'later', reason: { code: 'storm', message: 'A storm.' }, retryAfterMs: 30_000 };
    const driver = diagnosed(policy).fire('rungReady').answer('claim', later);
    expect(driver.context.escalation.waitsFor).toEqual({ code: 'storm', message: 'A storm.' });
    expect(driver.delayOf('rungReady')).toBe(30_000);

    driver.fire('rungReady').answer('claim', later).fire('rungReady').answer('claim', later);

    expect(driver.decisions.filter((what) => what.startsWith('Waits:'))).toHaveLength(1);
    expect(driver.context.escalation.claim).toBeNull();
  });

  test('a run that began meanwhile is not cut off: the claim is given back', () => {
    const driver = diagnosed(policy).fire('rungReady');
    driver.send('synchronization.requested', { mode: 'delta', requestedBy: 'operator' }).answer('claim', granted);

    expect(ladder(driver)).toBe('waiting');
    expect(driver.pages.at(-1)).toMatchObject({ claim: 'pair/1', outcome: 'given-up' });
  });

  test('a remedy that was done for somebody else counts as an attempt, but uses no budget', () => {
    const driver = diagnosed(policy).fire('rungReady');
    driver.answer('claim', { verdict: 'served', message: 'It was restarted for another one.' });
    expect(ladder(driver)).toBe('settling');
    expect(driver.context.escalation).toMatchObject({ attempts: { 'restart-plugin': 1 }, uses: {} });

    driver.fire('settled').answer('synchronize', counted(driver, true));

    expect(driver.context.escalation.past).toMatchObject([{ helped: 'restart-plugin', tries: [{ how: 'served' }] }]);
  });

  test('the component is held until the remedy has settled, and given back before the proof', () => {
    const driver = diagnosed(policy).fire('rungReady').answer('claim', granted).answer('remedy', { message: 'Done.' });
    expect(driver.pages.filter((page) => 'outcome' in (page as object))).toEqual([]);

    driver.fire('settled');

    expect(driver.pages.at(-1)).toMatchObject({ claim: 'pair/1', outcome: 'done' });
  });

  test('a dry run passes the rungs in their time, writes down what it would have done, and does nothing', () => {
    const driver = diagnosed(policy);
    for (let more = 0; more < 2; more++) {
      driver.fire('rungReady').answer('claim', { verdict: 'rehearse', message: 'A dry run.' }).fire('settled');
      diagnose(driver, policy);
    }

    expect(driver.decisions.filter((what) => what === 'Would have done: Do restart-plugin.')).toHaveLength(2);
    expect(driver.running).not.toContain('remedy');
    expect(driver.context.escalation.uses).toEqual({});
    expect(ladder(driver)).toBe('quarantined');
  });
});

describe('approval', () => {
  const policy = ladderOf(
    rung('restart-server', { approval: { required: true, expiresMs: 3_600_000 } }),
    rung('restart-proxy'),
  );

  test('is asked for once, and the rung acts when a person has agreed', () => {
    const driver = diagnosed(policy).fire('rungReady');
    expect(ladder(driver)).toBe('asking');
    expect(driver.told('critical')).toMatchObject([{ kind: 'approval-needed' }]);

    driver.send('approval.given', { rung: 'restart-proxy', by: 'ana' });
    expect(ladder(driver)).toBe('asking');
    driver.send('approval.given', { rung: 'restart-server', by: 'ana' }).fire('rungReady').answer('claim', granted);

    expect(ladder(driver)).toBe('acting');
    expect(driver.decisions).toContain('Approved: Do restart-server.');
  });

  test('that nobody gives in time passes the rung over for the whole incident', () => {
    const driver = diagnosed(policy).fire('rungReady');
    expect(driver.delayOf('approvalExpires')).toBe(3_600_000);
    driver.fire('approvalExpires');

    expect(driver.context.escalation.rung).toBe('restart-proxy');
    expect(driver.context.escalation.skipped['restart-server']).toBe('nobody agreed to it in time');
  });

  test('that is refused names who refused it', () => {
    const driver = diagnosed(policy).fire('rungReady').send('approval.refused', { rung: 'restart-server', by: 'ana' });

    expect(driver.context.escalation.skipped['restart-server']).toBe('declined: ana did not agree.');
  });

  test('holds for one use only', () => {
    const twice = ladderOf(rung('restart-server', { attempts: 2, approval: { required: true } }));
    const driver = diagnosed(twice).fire('rungReady').send('approval.given', { rung: 'restart-server', by: 'ana' });
    driver.fire('rungReady').answer('claim', granted).refuse('remedy', { code: 'x', message: 'No.' });
    diagnose(driver, twice).fire('rungReady');

    expect(ladder(driver)).toBe('asking');
  });
});

describe('a person', () => {
  const policy = ladderOf(rung('look', { remedy: 'person', steps: ['Open the rack.', 'Press the button.'] }));
  const asked = () => diagnosed(policy).fire('rungReady').answer('claim', granted);

  test('is told the steps, and their word moves the ladder on', () => {
    const driver = asked();
    expect(ladder(driver)).toBe('instructing');
    expect(driver.told('critical')).toMatchObject([
      { kind: 'step-needed', next: '1. Open the rack. 2. Press the button.' },
    ]);

    driver.send('step.answered', { rung: 'look', done: true, by: 'ana', note: 'It hummed.' });

    expect(ladder(driver)).toBe('settling');
    expect(driver.context.escalation.incident?.tries).toMatchObject([
      { how: 'done', message: 'ana did it. "It hummed."' },
    ]);
  });

  test('who could not do it, or does not answer, is no dead end', () => {
    const refused = asked().send('step.answered', { rung: 'look', done: false, by: 'ana', note: '' });
    expect(ladder(refused)).toBe('diagnosing');

    const silent = asked().fire('rungTimeout');
    expect(ladder(silent)).toBe('diagnosing');
    expect(silent.context.escalation.incident?.tries).toMatchObject([{ how: 'timed-out' }]);
  });
});

describe('windows', () => {
  const night = { cron: '0 2 * * *', timeZone: 'UTC', durationMs: 2 * 3_600_000 };
  const hour = 3_600_000;

  test('a rung waits for the next opening', () => {
    const driver = diagnosed(ladderOf(rung('restart-server', { windows: { allow: [night] } })));

    expect(new Date(driver.context.escalation.readyAt).toISOString()).toBe('2026-03-03T02:00:00.000Z');
  });

  test('what is denied is denied, also within what is allowed', () => {
    const deny = [{ cron: '0 3 * * *', timeZone: 'UTC', durationMs: 12 * hour }];
    const at = Date.parse('2026-03-02T03:30:00Z');
    const driver = diagnosed(ladderOf(rung('restart-server', { windows: { allow: [night], deny } })), at);

    expect(new Date(driver.context.escalation.readyAt).toISOString()).toBe('2026-03-03T02:00:00.000Z');
  });

  test('a long wait looks for the cause again, and goes on where it was or takes the new one up', () => {
    const policy = ladderOf(rung('restart-server', { windows: { allow: [night] } }));
    const driver = diagnosed(policy, Date.parse('2026-03-02T10:00:00Z'));
    const { diagnosedAt } = driver.context.escalation;
    driver.fire('rungReady');
    expect([ladder(driver), driver.at - diagnosedAt]).toEqual(['diagnosing', hour / 2]);

    diagnose(driver, policy);
    expect(new Date(driver.context.escalation.readyAt).toISOString()).toBe('2026-03-03T02:00:00.000Z');

    const refused = { signature: 'credentials', message: 'The password is wrong.', rungs: [], evidence: {} };
    driver.fire('rungReady').answer('diagnose', refused);
    expect(ladder(driver)).toBe('quarantined');
    expect(driver.told('critical').at(-1)).toMatchObject({ reason: { code: 'credentials' } });
  });

  test('one that closed while the rung waited is waited for once more', () => {
    const policy = ladderOf(rung('restart-server', { windows: { allow: [night] } }));
    const driver = diagnosed(policy, Date.parse('2026-03-02T03:58:00Z'));
    expect(driver.context.escalation.readyAt).toBeLessThan(Date.parse('2026-03-02T04:00:00Z'));
    driver.fire('rungReady').answer('claim', {
      verdict: 'later',
      reason: { code: 'storm', message: 'A storm.' },
      retryAfterMs: hour / 3,
    });
    driver.fire('rungReady');

    expect(ladder(driver)).toBe('waiting');
    expect(new Date(driver.context.escalation.readyAt).toISOString()).toBe('2026-03-03T02:00:00.000Z');
  });

  test('a clock that is set back is followed: what waits looks again, and goes by the time that it is now', () => {
    const policy = ladderOf(rung('restart-server', { windows: { allow: [night] } }));
    const driver = diagnosed(policy, Date.parse('2027-03-02T10:00:00Z'));
    driver.at = Date.parse('2026-03-02T03:00:00Z');
    driver.fire('rungReady');
    expect(ladder(driver)).toBe('diagnosing');

    diagnose(driver, policy);
    expect(driver.context.escalation.readyAt).toBeLessThanOrEqual(driver.at);
    driver.fire('rungReady');
    expect(ladder(driver)).toBe('claiming');
  });

  test('a synchronization is no remedy: the windows of the ladder do not hold it', () => {
    const policy = policySchema.parse({ ladder: { windows: { allow: [night] } } });
    const driver = diagnosed(policy);

    expect(driver.context.escalation).toMatchObject({ rung: 'synchronize' });
    expect(driver.context.escalation.readyAt).toBeLessThanOrEqual(driver.at);
  });
});

describe('evidence and budgets', () => {
  test('evidence that grew old while a rung waited is gathered anew', () => {
    const policy = ladderOf(rung('restart-server'));
    const driver = diagnosed(policy)
      .fire('rungReady')
      .answer('claim', {
        verdict: 'later',
        reason: { code: 'storm', message: 'A storm.' },
        retryAfterMs: policy.ladder.evidenceMs + 1,
      });
    driver.fire('rungReady');

    expect(ladder(driver)).toBe('diagnosing');
  });

  test('a rung whose need is not met is passed over with the reason', () => {
    const policy = ladderOf(rung('synchronize', { needs: ['source'] }), rung('restart-proxy'));
    const driver = diagnosed(policy, undefined, { sourceReachable: false });

    expect(driver.context.escalation).toMatchObject({
      rung: 'restart-proxy',
      skipped: { synchronize: 'makes no sense now: the source cannot be reached' },
    });
  });

  test('the budget over all rungs stops remedies, never synchronizations', () => {
    const policy = policySchema.parse({
      ladder: {
        budget: { max: 1, windowMs: 86_400_000 },
        rungs: [rung('restart-plugin'), rung('restart-server'), rung('synchronize')],
      },
    });
    const driver = diagnosed(policy).fire('rungReady').answer('claim', granted);
    driver.refuse('remedy', { code: 'x', message: 'No.' });
    diagnose(driver, policy);

    expect(driver.context.escalation.skipped['restart-server']).toContain('budget over all');
    expect(driver.context.escalation.rung).toBe('synchronize');
  });
});

describe('the record of an incident', () => {
  test('tells what was tried, what helped, and what is learnt from it', () => {
    const policy = ladderOf(rung('restart-plugin'), rung('restart-server'));
    const driver = diagnosed(policy).fire('rungReady').answer('claim', granted);
    driver.refuse('remedy', { code: 'SW_REMEDY_FAILED', message: 'It would not start.' });
    diagnose(driver, policy).fire('rungReady').answer('claim', granted).answer('remedy', { message: 'Up.' });
    driver.later(1_000).fire('settled').answer('synchronize', counted(driver, true));

    const { incident, past, lessons } = driver.context.escalation;
    expect(incident).toBeNull();
    expect(past).toMatchObject([
      {
        id: 'incident-1',
        signatures: [{ signature: 'counts-differ' }],
        tries: [
          { rung: 'restart-plugin', how: 'failed', message: 'It would not start.' },
          { rung: 'restart-server', how: 'done', message: 'Up.' },
        ],
        helped: 'restart-server',
      },
    ]);
    expect(lessons).toEqual({
      'counts-differ': { 'restart-plugin': { tried: 1, helped: 0 }, 'restart-server': { tried: 1, helped: 1 } },
    });
  });

  test('begins with the first failed probe, not with the verdict', () => {
    const driver = new Driver(integrationMachine, { id: 'pair', policy: policySchema.parse({}) as unknown as Json });
    driver.answer('probe', good).fire('probeDue').answer('probe', good);
    driver.answer('synchronize', counted(driver, true));
    const silent: Json = {
      ...(good as object),
      source: { ok: false, code: 'SW_UNREACHABLE', message: 'Gone.' },
    } as Json;
    driver.fire('probeDue');
    const firstFailure = driver.at;
    driver.answer('probe', silent).fire('probeDue').answer('probe', silent).fire('probeDue').answer('probe', silent);

    expect(driver.context.escalation.incident).toMatchObject({ beganAt: firstFailure, openedAt: driver.at });
    expect(driver.at).toBeGreaterThan(firstFailure);
  });
});
