import { describe, expect, test } from 'vitest';
import { integrationMachine } from '../../machines/index.ts';
import { policySchema } from '../../machines/policy.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from './driver.ts';

const policy = policySchema.parse({});
const all = policy.ladder.rungs.map(({ id }) => id);
const diagnosis = (rungs: readonly string[], signature = 'counts-differ'): Json => ({
  signature,
  message: `It is ${signature}.`,
  rungs,
  evidence: {},
});
const side = (count: number) => ({ count, digest: null });
const proof = (at: number, equal: boolean): Json => ({
  at,
  depth: 'content',
  equal,
  types: [
    {
      type: 'cardholder',
      source: side(2),
      target: side(equal ? 2 : 1),
      equal,
      missing: [],
      surplus: [],
      different: [],
    },
  ],
});
const written = { created: 0, updated: 0, deleted: 0, unchanged: 2 };
const run = (driver: Driver, equal: boolean, reason = 'counts-differ') =>
  driver.answer('synchronize', {
    outcome: equal ? 'succeeded' : 'incomplete',
    reason: equal ? null : reason,
    proof: proof(driver.at, equal),
    written,
    rejected: 0,
  });
const ok = { ok: true, version: '1', latencyMs: 3 };
const good: Json = { source: ok, target: ok, incompatible: null };

const ladder = (driver: Driver) => (driver.value as { escalation: string }).escalation;

/** Connected, and the first run has ended without proof: an incident waits for its diagnosis. */
function deviating(): Driver {
  const driver = new Driver(integrationMachine, { id: 'pair', policy: policy as unknown as Json });
  driver.answer('probe', good).fire('probeDue').answer('probe', good);
  run(driver, false);
  return driver.fire('confirm');
}

const granted: Json = { verdict: 'granted', message: 'Free.' };

/** The time of the chosen rung has come, and the fleet lets it act. */
const takeRung = (driver: Driver): Driver => driver.fire('rungReady').answer('claim', granted);

/** Takes the chosen rung through to the proof that fails. */
function failRung(driver: Driver): Driver {
  takeRung(driver);
  if (ladder(driver) === 'acting') driver.answer('remedy', { message: 'Done.' }).fire('settled');
  return run(driver, false);
}

describe('the ladder', () => {
  test('climbs the guide in its order, and ends with a person', () => {
    const driver = deviating();
    const climbed: string[] = [];
    while (ladder(driver) !== 'quarantined') {
      driver.answer('diagnose', diagnosis(all));
      const { rung } = driver.context.escalation;
      if (rung === null) break;
      climbed.push(rung);
      failRung(driver);
    }

    expect(climbed).toEqual([
      'synchronize',
      'synchronize-full',
      'synchronize-full',
      'restart-plugin',
      'restart-plugin',
      'restart-server',
      'restart-proxy',
    ]);
    expect(ladder(driver)).toBe('quarantined');
    expect(driver.told('critical')).toMatchObject([{ kind: 'quarantined', reason: { code: 'exhausted' } }]);
  });

  test('proof ends the incident at any rung', () => {
    const driver = failRung(deviating().answer('diagnose', diagnosis(all)));
    takeRung(driver.answer('diagnose', diagnosis(all)));
    run(driver, true);

    expect(ladder(driver)).toBe('watching');
    expect(driver.context.escalation.incident).toBeNull();
    expect(driver.decisions.at(-1)).toBe('The incident is over.');
  });

  test('skips what the diagnosis says cannot help, with the reason', () => {
    const driver = deviating().answer('diagnose', diagnosis(['restart-proxy'], 'proxy-dead'));

    expect(driver.context.escalation.rung).toBe('restart-proxy');
    expect(driver.context.escalation.skipped).toMatchObject({
      synchronize: 'cannot help: It is proxy-dead.',
      'restart-plugin': 'cannot help: It is proxy-dead.',
    });
  });

  test('goes straight to a person where no remedy can help, and restarts nothing', () => {
    const driver = deviating().answer('diagnose', diagnosis([], 'incompatible'));

    expect(ladder(driver)).toBe('quarantined');
    expect(driver.context.escalation.uses).toEqual({});
    expect(driver.told('critical')).toMatchObject([{ reason: { code: 'incompatible' } }]);
  });

  test('pages again only when the reason changes, and says when it is over', () => {
    const driver = deviating().answer('diagnose', diagnosis([], 'incompatible'));
    driver.fire('slowProbe').answer('diagnose', diagnosis([], 'incompatible'));
    expect(driver.told('critical')).toHaveLength(1);
    driver.fire('slowProbe').answer('diagnose', diagnosis([], 'licence'));
    expect(driver.told('critical')).toHaveLength(2);

    driver.send('synchronization.requested', { mode: 'delta', requestedBy: 'operator' });
    run(driver, true);

    expect(ladder(driver)).toBe('watching');
    expect(driver.told('resolved')).toHaveLength(1);
  });

  test('never climbs while a run progresses', () => {
    const driver = deviating();
    driver.send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });
    driver.answer('diagnose', diagnosis(all)).fire('rungReady');
    expect(ladder(driver)).toBe('waiting');

    driver.send('plugin.lost', { message: 'No heartbeat.' }).fire('rungReady');

    expect(ladder(driver)).not.toBe('waiting');
  });

  test('never climbs while a run goes on whose plugin answers again', () => {
    const driver = deviating();
    driver.send('synchronization.requested', { mode: 'full', requestedBy: 'operator' });
    driver.send('plugin.lost', { message: 'No heartbeat.' }).answer('diagnose', diagnosis(all));

    driver.send('plugin.answered', {}).fire('rungReady');
    expect(ladder(driver)).toBe('waiting');

    driver.at += 120_000;
    driver.fire('rungReady');
    expect(ladder(driver)).not.toBe('waiting');
  });

  test('never climbs while a hold lasts', () => {
    const driver = deviating().answer('diagnose', diagnosis(['restart-plugin']));
    driver.send('hold.placed', { name: 'works', reason: 'Maintenance.' }).fire('rungReady');
    expect(ladder(driver)).toBe('waiting');

    driver.send('hold.released', { name: 'works' });
    run(driver, false);
    takeRung(driver);

    expect(ladder(driver)).toBe('acting');
  });

  test('a remedy that does not finish in its time is given up, and evidence is gathered anew', () => {
    const driver = takeRung(deviating().answer('diagnose', diagnosis(['restart-plugin']))).fire('rungTimeout');

    expect(ladder(driver)).toBe('diagnosing');
    expect(driver.running).not.toContain('remedy');
    expect(driver.decisions.at(-1)).toBe('Given up: Restart the plugin.');
  });

  /** A ladder that has used up what it may do for a dead proxy. */
  function withSpentBudget() {
    const driver = deviating();
    const budget = policy.ladder.rungs.find(({ id }) => id === 'restart-proxy')?.budget;
    driver.answer('diagnose', diagnosis(['restart-proxy']));
    failRung(driver).answer('diagnose', diagnosis(['restart-proxy']));
    return { driver, budget };
  }

  test('a spent budget leads to the next rung, and comes back when its window has passed', () => {
    const { driver, budget } = withSpentBudget();
    expect(ladder(driver)).toBe('quarantined');

    driver.send('release.requested', { requestedBy: 'operator' }).answer('diagnose', diagnosis(['restart-proxy']));
    expect(driver.context.escalation.skipped['restart-proxy']).toContain('budget');

    driver.later(budget?.windowMs ?? 0);
    driver.send('release.requested', { requestedBy: 'operator' }).answer('diagnose', diagnosis(['restart-proxy']));
    expect(driver.context.escalation.rung).toBe('restart-proxy');
  });

  test('a budget that was spent before the clock was set back comes back when its window has passed', () => {
    const { driver, budget } = withSpentBudget();

    driver.at -= 365 * 86_400_000;
    driver.send('release.requested', { requestedBy: 'operator' }).answer('diagnose', diagnosis(['restart-proxy']));
    expect(driver.context.escalation.skipped['restart-proxy']).toContain('budget');

    driver.later(budget?.windowMs ?? 0);
    driver.send('release.requested', { requestedBy: 'operator' }).answer('diagnose', diagnosis(['restart-proxy']));
    expect(driver.context.escalation.rung).toBe('restart-proxy');
  });

  test('the reasons of a quarantine are one sentence', () => {
    const dead: Json = { ...(diagnosis(['restart-proxy']) as object), message: 'The proxy is dead.' };
    const driver = failRung(deviating().answer('diagnose', dead)).answer('diagnose', dead);

    expect(driver.context.escalation.quarantine?.reason.message).not.toContain('.;');
  });

  test('yellow alone is no reason: a slow connection opens no incident', () => {
    const driver = new Driver(integrationMachine, { id: 'pair', policy: policy as unknown as Json });
    driver.answer('probe', good).fire('probeDue').answer('probe', good);
    run(driver, true);
    driver.fire('probeDue').answer('probe', { ...(good as object), source: { ...ok, latencyMs: 9_000 } } as Json);

    expect((driver.value as { connection: { status: string } }).connection.status).toBe('warning');
    expect(ladder(driver)).toBe('watching');
  });

  test('a connection that never was opens an incident, once', () => {
    const driver = new Driver(integrationMachine, { id: 'pair', policy: policy as unknown as Json });
    const silent: Json = {
      source: { ok: false, code: 'SW_UNREACHABLE', message: 'Nobody there.' },
      target: ok,
      incompatible: null,
    };
    driver.answer('probe', silent);
    for (let more = 0; more < 4; more++) driver.fire('probeDue').answer('probe', silent);

    expect(ladder(driver)).toBe('confirming');
    expect(driver.context.escalation).toMatchObject({ incidents: 1, incident: { because: { code: 'unreachable' } } });
  });

  test('attempts start anew only after it has been well for the stated time', () => {
    const driver = takeRung(deviating().answer('diagnose', diagnosis(all)));
    run(driver, true);
    expect(driver.context.escalation.attempts).toEqual({ synchronize: 1 });

    driver.fire('reset');

    expect(driver.context.escalation.attempts).toEqual({});
  });
});
