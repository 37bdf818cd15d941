/** Explanations: in every state of the ladder the reason, the past, what comes next, and what would change it. */
import { describe, expect, test } from 'vitest';
import type { Driver } from '../machines/driver.ts';
import {
  connected,
  deviating,
  diagnosed,
  fails,
  fleetOf,
  granted,
  policyOf,
  ran,
  rehearse,
  rung,
  told,
  waiting,
} from './explain-driver.ts';

const plain = policyOf(rung('restart-plugin', { attempts: 2 }), rung('restart-server'));
const asking = policyOf(rung('restart-server', { approval: { required: true } }));
const byHand = policyOf(rung('look', { title: 'Look at the rack', remedy: 'person', steps: ['Open it.', 'Press.'] }));
const acting = () => waiting(plain).fire('rungReady').answer('claim', granted);
const later = (code: string, message: string) => ({
  verdict: 'later',
  reason: { code, message },
  retryAfterMs: 30_000,
});

interface Case {
  readonly make: () => Driver;
  readonly why: string;
  readonly next: string | null;
  readonly changes: string;
}

const cases: { readonly [status: string]: Case } = {
  watching: {
    make: () => {
      const driver = connected(plain);
      return driver.answer('synchronize', ran(driver, true));
    },
    why: 'No incident is open: source and target were last proven equal at 03:12:00 UTC (just now).',
    next: 'The connection is probed at 03:12:10 UTC (in 10 s).',
    changes: 'A hold stops this ladder and its synchronizations: syncwarden hold hq place NAME.',
  },
  confirming: {
    make: () => deviating(plain),
    why: 'Something deviates, and the ladder waits whether it passes by itself: nothing is done before it has lasted 30 s.',
    next: 'if it still lasts, the ladder looks for its cause.',
    changes: 'Proof that source and target are equal ends the incident whenever it comes',
  },
  diagnosing: {
    make: () => deviating(plain).fire('confirm'),
    why: 'The ladder gathers evidence, to learn what is wrong and which rung can help.',
    next: 'The next rung is chosen as soon as there is evidence, at 03:13:30 UTC (in 1 min) at the latest.',
    changes: 'Proof that source and target are equal ends the incident',
  },
  waiting: {
    make: () => waiting(plain),
    why: 'The next rung is chosen and may act at once: Restart the plugin.',
    next: 'if nothing stands against it: restart the plugin.',
    changes: 'A run that makes progress is never cut off: the rung waits for its end.',
  },
  asking: {
    make: () => waiting(asking).fire('rungReady'),
    why: 'A person must agree before this is done: Restart the server. It was asked for at 03:12:30 UTC (just now), and nobody has answered.',
    next: 'If nobody agrees by 07:12:30 UTC (in 4 h), the rung is passed over for this incident.',
    changes: 'Agree: syncwarden approve hq restart-server.',
  },
  claiming: {
    make: () => waiting(plain).fire('rungReady'),
    why: 'Everything is ready for this, and the fleet is asked since 03:12:30 UTC (just now) whether it may be done: Restart the plugin.',
    next: 'It is carried out as soon as the fleet grants it.',
    changes: 'The budget over all rungs: 0 of ',
  },
  acting: {
    make: acting,
    why: 'This is being carried out since 03:12:30 UTC (just now): Restart the plugin.',
    next: 'It must have ended by 03:14:30 UTC (in 2 min); otherwise it is given up, a person is paged, and evidence is gathered anew.',
    changes: 'Proof that source and target are equal ends the incident',
  },
  instructing: {
    make: () => waiting(byHand).fire('rungReady').answer('claim', granted),
    why: 'A person was asked since 03:12:30 UTC (just now) to do what no remedy of the ladder does: Look at the rack.',
    next: 'Step 1: Open it.',
    changes: 'Say that it is done: syncwarden answer hq look --done.',
  },
  rehearsing: {
    make: () => waiting(plain).fire('rungReady').answer('claim', rehearse),
    why: 'A dry run: this would have been done, and was not: Restart the plugin.',
    next: 'evidence is gathered anew, and the ladder goes on as if it had not helped.',
    changes: 'Proof that source and target are equal ends the incident',
  },
  settling: {
    make: () => acting().answer('remedy', { message: 'It is up.' }),
    why: 'This was done, and is given time to take effect: Restart the plugin.',
    next: 'At 03:12:45 UTC (in 15 s) a synchronization is asked for, to prove that it helped.',
    changes: 'Proof that source and target are equal ends the incident',
  },
  proving: {
    make: () => acting().answer('remedy', { message: 'It is up.' }).fire('settled'),
    why: 'What was done must now prove itself: Restart the plugin. A delta synchronization has to show that source and target are equal.',
    next: 'it counts as not helped, unless a run makes progress then.',
    changes: 'Proof that source and target are equal ends the incident',
  },
  quarantined: {
    make: () => waiting(plain, { signature: 'licence', message: 'No licence is left.', rungs: [] }),
    why: 'Quarantine since 03:12:30 UTC (just now): a person is needed, and nothing is restarted. No licence is left.',
    next: 'evidence is gathered anew, and every rung may be tried again.',
    changes: 'When the connection is established again the diagnosis starts afresh by itself.',
  },
};

describe('the explanation', () => {
  test.each(Object.entries(cases))('while %s', (status, { make, why, next, changes }) => {
    const driver = make();

    const explanation = told(driver);

    expect((driver.value as { escalation: string }).escalation).toBe(status);
    expect(explanation.why[0]).toBe(why);
    if (next !== null) expect(explanation.next.join('\n')).toContain(next);
    expect(explanation.changes.join('\n')).toContain(changes);
  });

  test.each(Object.entries(cases))('while %s is made of whole sentences', (_, { make }) => {
    const { why, done, next, changes } = told(make(), { fleet: fleetOf() });

    for (const text of [...why, ...done, ...next, ...changes]) expect(text).toMatch(/^[^a-z\s].*[.!?"]$/s);
    for (const text of [...why, ...done, ...next, ...changes])
      expect(text).not.toMatch(/undefined|NaN|null|\.\.|\s{2}/);
  });
});

describe('why', () => {
  test.each([
    ['incompatible', 'A restart does not change a version'],
    ['credentials', 'may lock the account'],
    ['refused', 'A restart does not change a refusal'],
    ['licence', 'A restart frees no licence'],
    ['session-busy', 'The operator is logged in elsewhere'],
    ['own-network', 'the fault is most likely ours'],
    ['target-down', 'No remedy of the ladder restarts the target.'],
    ['empty-source', 'Only a person can tell whether the source is really empty.'],
    ['delete-guard', 'Only a person can tell whether the deletes are right.'],
    ['rejected', 'they have to be corrected at their source'],
    ['something-else', 'No rung of the ladder can help against that.'],
  ])('a quarantine by %s is no matter of restarts', (signature, sentence) => {
    const { why } = told(waiting(plain, { signature, message: 'It is so.', rungs: [] }));

    expect(why[1]).toContain(sentence);
  });

  test('a quarantine after everything was tried lists what was tried', () => {
    const once = policyOf(rung('restart-plugin'));
    const driver = waiting(once).fire('rungReady').answer('claim', granted);
    diagnosed(driver.refuse('remedy', { code: 'SW_REMEDY_FAILED', message: 'It would not stop.' }));

    const { why, done } = told(driver);

    expect(why.slice(0, 2)).toEqual([
      'Quarantine since 03:12:30 UTC (just now): a person is needed, and nothing is restarted. No rung is left: restart-plugin tried once since all was last well for 15 min.',
      'Everything that the policy allows was tried, is spent or cannot help; more of it would only hammer.',
    ]);
    expect(done).toEqual([
      'At 03:12:30 UTC: restart the plugin; it failed. It would not stop.',
      'A person was paged at 03:12:30 UTC.',
    ]);
  });

  test('a closed window is named with its opening', () => {
    const allow = [{ cron: '0 2 * * 0', timeZone: 'Europe/Zurich', durationMs: 4 * 3_600_000 }];
    const driver = waiting(policyOf(rung('restart-server', { windows: { allow } })));

    const { why, changes } = told(driver);

    expect(why[0]).toBe(
      'The next rung is chosen and its window is closed: Restart the server. The window is only Sundays from 02:00 for 4 h (Europe/Zurich); it opens at 8 March 2026, 01:00:00 UTC (in 5 d 21 h).',
    );
    expect(changes).toContain(
      'Its window is only Sundays from 02:00 for 4 h (Europe/Zurich); it opens at 8 March 2026, 01:00:00 UTC (in 5 d 21 h).',
    );
  });

  test('a spent budget passes the rung over, and is told when it is free again', () => {
    const budget = { max: 1, windowMs: 86_400_000 };
    const driver = waiting(
      policyOf(rung('restart-plugin', { attempts: 3, budget }), rung('restart-server', { budget })),
    );
    driver.fire('rungReady').answer('claim', granted).refuse('remedy', { code: 'x', message: 'No.' });
    diagnosed(driver);
    const passed = told(driver);
    driver.fire('rungReady').answer('claim', granted);

    expect(passed.why).toContain('Passed over (its budget of 1 in 24 h is spent): restart the plugin.');
    expect(told(driver).changes).toContain(
      'Its budget: 1 of 1 used in 24 h; the next is free at 3 March 2026, 03:12:30 UTC (in 24 h).',
    );
  });

  test('a hold is named with its reason, and how it is released', () => {
    const driver = waiting(plain)
      .send('hold.placed', { name: 'update', reason: 'SiPass is updated' })
      .fire('rungReady');

    const { why, changes } = told(driver);

    expect(why[0]).toBe(
      'The next rung is chosen and waits: Restart the plugin. The hold "update" is in place: SiPass is updated.',
    );
    expect(why).toContain('The hold "update" has been in place since 03:12:30 UTC (just now): SiPass is updated.');
    expect(changes).toContain('Releasing the hold lets it go on: syncwarden hold hq release "update".');
  });
});

describe('the fleet', () => {
  test('the brake is told with who and why', () => {
    const fleet = fleetOf().send('brake.applied', { by: 'operator@desk', reason: 'Works on the network' });
    const driver = waiting(plain).fire('rungReady').answer('claim', later('braked', 'The brake is on.'));

    const { why, changes } = told(driver, { fleet });

    expect(why[0]).toBe('The next rung is chosen and waits: Restart the plugin. The brake is on.');
    expect(why.at(-1)).toBe(
      'The brake has been on since 03:12:00 UTC (30 s ago), by operator@desk: Works on the network. No ladder carries anything out while it is on.',
    );
    expect(changes).toContain('Releasing the brake lets the ladders go on: syncwarden brake off.');
  });

  test('a storm is told with whom it began, and when it changes by itself', () => {
    const fleet = fleetOf();
    for (const one of ['hq', 'depot', 'north']) fails(fleet, one);
    const { why, changes } = told(waiting(plain), { fleet });

    expect(why.at(-1)).toBe(
      'A storm since 03:12:00 UTC (30 s ago): hq, depot and north began to fail together, and no component that they share explains it. Most likely the cause is one that no restart heals, so nothing is restarted.',
    );
    expect(changes.join(' ')).toContain('one at a time may act from 03:27:00 UTC (in 14 min 30 s) on.');

    fleet.fire('stormHold');
    expect(told(waiting(plain), { fleet }).why.at(-1)).toContain('one integration at a time may act.');

    for (const one of ['hq', 'depot', 'north']) fleet.send('condition.told', { integration: one, because: null });
    expect(told(waiting(plain), { fleet }).why.at(-1)).toMatch(/^A storm has just ended; .* until 03:32:00 UTC/);
  });

  test('a dry run is told with who began it, or that the configuration asks for it', () => {
    const begun = fleetOf().send('dry-run.begun', { by: 'operator@desk' });

    expect(told(waiting(plain), { fleet: begun }).why.at(-1)).toBe(
      'A dry run since 03:12:00 UTC (30 s ago), by operator@desk: every rung is decided and written down, and nothing is carried out.',
    );
    expect(told(waiting(plain), { fleet: fleetOf({ dryRun: true }) }).why.at(-1)).toContain('by the configuration');
  });

  test('a component in other hands is named with whose, and what a restart touches', () => {
    const server = policyOf(rung('restart-server'));
    const driver = waiting(server).fire('rungReady');
    const fleet = fleetOf().send('claim.asked', {
      claim: 'harbour/1',
      integration: 'harbour',
      rung: 'restart-server',
      remedy: 'restart-server',
      holdMs: 60_000,
      since: 0,
      manual: false,
    });

    const { why, next } = told(driver, { fleet });

    expect(why[1]).toBe(
      'It needs server:one, which is in other hands: harbour works on it since 03:12:00 UTC (30 s ago), until 03:13:30 UTC (in 1 min) at the latest.',
    );
    expect(next).toContain('It also touches harbour.');
  });
});

describe('what comes next', () => {
  test('says what follows if the rung does not help', () => {
    expect(told(waiting(plain)).next.at(-1)).toMatch(
      /^If it does not help, the next rung is: the same once more, not before /,
    );
    expect(told(waiting(policyOf(rung('restart-plugin')))).next.at(-1)).toBe(
      'If it does not help, no rung is left: a person is paged, and nothing is restarted any more.',
    );
    expect(told(waiting(policyOf(rung('restart-plugin'), rung('restart-server')))).next.at(-1)).toBe(
      'If it does not help, the next rung is: restart the server.',
    );
  });

  test('is told on the clocks of the time zone that is asked for', async () => {
    const { timeWords } = await import('../../src/core/explain-time.ts');
    const summer = Date.parse('2026-07-01T23:30:00Z');

    const words = timeWords(summer, 'Europe/Zurich');

    expect(words.due(summer + 90_500)).toMatch(/^01:31:30 \S+ \(in 1 min 31 s\)$/);
    expect(words.past(summer - 3 * 3_600_000)).toMatch(/^1 July 2026, 22:30:00 \S+ \(3 h ago\)$/);
  });
});

describe('what was done', () => {
  test('after an incident names what helped, and what past ones taught', () => {
    const driver = acting().answer('remedy', { message: 'It is up.' }).later(1_000).fire('settled');
    driver.answer('synchronize', ran(driver, true)).later(3_600_000);
    const [last] = told(driver).done;
    driver.send('plugin.lost', { message: 'No heartbeat.' }).fire('confirm');
    diagnosed(driver);

    expect(last).toMatch(/^The last incident, incident-1, lasted \d+ s until 03:12:4\d UTC \(1 h ago\)\./);
    expect(last).toContain('What helped: restart the plugin.');
    expect(told(driver).done).toEqual([
      'Nothing has been carried out in this incident.',
      'In past incidents that looked like counts-differ: restart the plugin helped 1 of 1 times.',
    ]);
  });
});
