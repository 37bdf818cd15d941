/** The two pages in a real browser, against recorded states of the API. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Scene } from './fixture-server.ts';
import { recordedSteps } from './recorded-steps.ts';
import { recordedView } from './recorded-views.ts';
import { openSite } from './site.ts';

const site = openSite();
const { visit } = site;

const mainText = async (page: Page) => ((await page.getByRole('main').textContent()) ?? '').replace(/\s+/g, ' ');

describe('each state is explained', () => {
  const sentences: Record<Exclude<Scene, 'several'>, readonly string[]> = {
    healthy: [
      'last proven equal: 1',
      'connected',
      'Both systems answer.',
      'both sides are proven equal',
      'Probe the connection in',
    ],
    busy: [
      'transferring',
      'Copying: 30,599 records so far.',
      'Full synchronization, requested by dashboard',
      '30,515 of 48,211 (63 %)',
    ],
    interrupted: [
      'disconnected',
      'connection refused',
      'interrupted',
      'Reading page 611',
      'budget: 1 of 3 used in 24 h',
      'night-shift',
    ],
    quarantined: [
      'warning (yellow)',
      'In quarantine',
      '5.13.1.0 goes with SiPass 3.0',
      'It ends by itself',
      '214 missing',
      'for the same reason',
    ],
    guarded: [
      'Deletes were stopped',
      'A run would delete more entities than the policy allows. 3,214 entities would be deleted: cardholder 3,214.',
      'credential 40127: The card number is taken.',
      'Verify by content anna@desk',
      '2 to create, 3214 to delete. The guard (delete-guard) would stop the deletes.',
    ],
    asking: [
      'Brake on',
      'by night-shift. Reason: Works on the network until 04:00.',
      'A person must agree',
      'This restarts server:main. It also touches harbour, depot.',
      'The rung is passed over if nobody answers by',
      'Recorded headline of asking',
      'window: only every day from 22:00 for 6 h (Europe/Zurich) (open now)',
      'approval: asked for, not answered',
      'also touches harbour, depot',
      'cost: high',
      'What helped: restart-plugin.',
    ],
    instructing: ['A person is asked', 'Log in to the SiPass server', 'It counts as not done if nobody answers by'],
    storm: [
      '3 integrations failed together',
      'campus-north, harbour, depot.',
      'Nothing is restarted: a cause that many share is not healed by restarts.',
      'It waits: Many integrations fail together',
    ],
    dryRun: [
      'Dry run of all ladders',
      'by night-shift. Everything is decided and written down; nothing is carried out.',
    ],
    empty: ['No integration yet'],
    broken: ['The state cannot be read', 'The disk of the data directory is full.'],
  };

  test.each(Object.entries(sentences))('%s', async (scene, expected) => {
    const page = await visit(scene as Scene, '/'); // the keys of the table above
    // Some cards ask the API for themselves and arrive later than the page.
    const text = async () => (await mainText(page)).toLowerCase();
    for (const sentence of expected) await expect.poll(text, { timeout: 10_000 }).toContain(sentence.toLowerCase());
  });

  test('several integrations are a list, choosing one shows it, and what is set aside is named', async () => {
    const page = await visit('several', '/');
    await page.getByRole('heading', { name: 'Set aside, not supervised' }).waitFor();
    await page.getByText('depot: no machine of that id is registered').waitFor();
    await page.getByRole('button', { name: /Harbour/ }).click();
    await page.getByRole('heading', { level: 1, name: /Harbour/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('integration')).toBe('harbour');
  });

  test('the demo offers its faults', async () => {
    const page = await visit('busy', '/', { demo: true });
    await page.getByRole('switch', { name: 'Cut the connection to SiPass' }).click({ force: true });
    await page.getByText('Cut the connection to SiPass: on.').waitFor();
    await page.getByRole('button', { name: 'Delete 50 cardholders' }).click();
    await page.getByText('Delete 50 cardholders: done.').waitFor();
    expect(site.server().orders).toEqual(['POST faults cut {"active":true}', 'POST faults lose {"active":true}']);
    expect(await page.getByRole('switch', { name: 'Cut the connection to SiPass' }).isChecked()).toBe(true);
  });
});

describe('the page is live', () => {
  test('a pushed view replaces what is shown, and is announced', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('status', { name: 'Live updates' }).getByText('live', { exact: true }).waitFor();
    site.server().push({ view: { ...recordedView('interrupted', Date.now()), seq: 4_181 } });
    await page
      .getByTestId('announcer')
      .getByText(/connection disconnected, synchronization interrupted/)
      .waitFor({ state: 'attached' });
    expect(await mainText(page)).toContain('connection refused');
  });

  test('a lost server is told, the last state stays, and it recovers by itself', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('status', { name: 'Live updates' }).getByText('live', { exact: true }).waitFor();
    site.server().setReachable(false);
    await page.getByText(/Not live since \d\d:\d\d:\d\d/).waitFor();
    expect(await mainText(page)).toContain('Both systems answer.');
    const connected = page.getByText('connected', { exact: true }).first();
    const live = page.getByRole('status', { name: 'Live updates' }).locator('.sw-mark');
    const colour = (mark: typeof live) =>
      mark.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).color);
    const before = await colour(connected);
    site.server().setReachable(true);
    await page.getByText(/Not live since/).waitFor({ state: 'detached', timeout: 10_000 });
    // Green is only what is live.
    expect(await colour(connected)).toBe(await colour(live));
    expect(await colour(connected)).not.toBe(before);
  });

  test('routine steps are hidden until they are asked for', async () => {
    const page = await visit('interrupted', '/');
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Next: Restart the server of the plugin.').waitFor();
    expect(await timeline.getByText('Probe answered.').count()).toBe(0);
    await timeline.getByRole('switch').check({ force: true });
    expect(await timeline.getByText('Probe answered.').count()).toBe(2);
  });
});

describe('actions', () => {
  test('the keyboard reaches and operates Start synchronization', async () => {
    const page = await visit('healthy', '/');
    const start = page.getByRole('button', { name: 'Start synchronization' });
    for (let presses = 0; presses < 25; presses++) {
      await page.keyboard.press('Tab');
      if (await start.evaluate((element) => element.matches(':focus-visible'))) break;
    }
    expect(await start.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByText('A delta synchronization was requested.').waitFor();
    expect(site.server().orders).toEqual(['POST synchronizations delta']);
  });

  test('a full synchronization is asked for by choice', async () => {
    const page = await visit('healthy', '/');
    await page.getByText('full', { exact: true }).click();
    await page.getByRole('button', { name: 'Start synchronization' }).click();
    await page.getByText('A full synchronization was requested.').waitFor();
    expect(site.server().orders).toEqual(['POST synchronizations full']);
  });

  test('a refusal is shown with its reason', async () => {
    const page = await visit('quarantined', '/');
    site.server().refuse('Too many events wait for this integration.');
    await page.getByRole('button', { name: 'Release from quarantine' }).click();
    await page.getByText('Not done: Too many events wait for this integration. (SW_MAILBOX_FULL)').waitFor();
    expect(site.server().orders).toEqual([]);
  });

  test('stopped deletes are approved only after a second question that states the number', async () => {
    const page = await visit('guarded', '/');
    await page.getByRole('button', { name: 'Approve the deletes' }).press('Enter');
    await page.getByRole('button', { name: 'No, keep them' }).press('Enter');
    expect(site.server().orders).toEqual([]);
    await page.getByRole('button', { name: 'Approve the deletes' }).press('Enter');
    await page.getByRole('group', { name: 'Delete 3,214 entities in the target?' }).waitFor();
    await page.getByRole('button', { name: 'Yes, delete 3,214 entities' }).press('Enter');
    await page.getByText('A run that deletes 3,214 entities was requested.').waitFor();
    expect(site.server().orders).toEqual(['POST synchronizations full approved']);
  });

  test('a rejected record, or all of them, can be tried again; a task can be cancelled', async () => {
    const page = await visit('guarded', '/');
    await page.getByRole('button', { name: 'Try again: credential 40131' }).click();
    await page.getByText('Asked for: the result is among the tasks.').waitFor();
    await page.getByRole('button', { name: 'Try all again' }).click();
    await expect.poll(() => site.server().orders.length).toBe(2);
    await page.getByRole('button', { name: 'Cancel the task: Verify by content' }).click();
    await page.getByText('Cancelled.').waitFor();
    expect(site.server().orders).toEqual([
      'POST rejected/retry {"refs":[{"type":"credential","key":"40131"}]}',
      'POST rejected/retry {"refs":"all"}',
      'DELETE tasks task-2',
    ]);
  });

  test('a verification and a dry run can be asked for', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('button', { name: 'Verify by content' }).click();
    await page.getByText('A verification was requested.').waitFor();
    await page.getByRole('button', { name: 'Dry run', exact: true }).click();
    await page.getByText('A dry run was requested.').waitFor();
    expect(site.server().orders).toEqual(['POST verify', 'POST synchronizations full dry']);
  });

  test('a rung is agreed to, or refused, under a name that the browser remembers', async () => {
    const page = await visit('asking', '/');
    const notice = page.getByRole('region', { name: /A person must agree/ });
    await notice.getByLabel('Your name, for the record').fill('operator@desk');
    await notice.getByRole('button', { name: 'Agree: Restart the server of the plugin' }).press('Enter');
    await page.getByText('Agreed: it is done as soon as nothing stands against it.').waitFor();
    await page.reload();
    await notice.getByRole('button', { name: 'Refuse' }).press('Enter');
    await page.getByText('Refused.', { exact: true }).waitFor();
    expect(site.server().orders).toEqual([
      'POST approvals {"rung":"restart-server","approve":true,"by":"operator@desk"}',
      'POST approvals {"rung":"restart-server","approve":false,"by":"operator@desk"}',
    ]);
  });

  test('a person says that the steps are done, or could not be', async () => {
    const page = await visit('instructing', '/');
    const notice = page.getByRole('region', { name: /A person is asked/ });
    await notice.getByLabel('Note, for the record').fill('It had stopped.');
    await notice.getByRole('button', { name: 'I did it' }).press('Enter');
    await page.getByText('Noted as done: now the proof.').waitFor();
    await notice.getByRole('button', { name: 'I could not do it' }).press('Enter');
    await page.getByText('Noted as not done.').waitFor();
    expect(site.server().orders).toEqual([
      'POST steps {"rung":"look-at-server","done":true,"by":"operator","note":"It had stopped."}',
      'POST steps {"rung":"look-at-server","done":false,"by":"operator","note":"It had stopped."}',
    ]);
  });

  test('a remedy is carried out by hand only after a question that names what it restarts and touches', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('button', { name: 'Carry out now: Restart the server of the plugin' }).press('Enter');
    const question = page.getByRole('group', { name: 'Restart the server of the plugin now?' });
    await question.getByText('This restarts server:main. It also touches harbour, depot.').waitFor();
    await question.getByRole('button', { name: 'No', exact: true }).press('Enter');
    expect(site.server().orders).toEqual([]);
    await page.getByRole('button', { name: 'Carry out now: Restart the server of the plugin' }).press('Enter');
    await question.getByRole('button', { name: 'Yes, now: Restart the server of the plugin' }).press('Enter');
    await page.getByText('Asked for: what comes of it is among the tasks.').waitFor();
    expect(site.server().orders).toEqual(['POST remedies {"rung":"restart-server","requestedBy":"operator"}']);
  });

  test('the brake and the dry run are switched on after a question, and off at once', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('button', { name: 'Put the brake on' }).press('Enter');
    await page.getByLabel('Why, for whoever sees it').fill('Works');
    await page.getByRole('button', { name: 'Yes, put the brake on' }).press('Enter');
    await page.getByText('The brake is on: no ladder acts.').waitFor();
    await page.getByRole('button', { name: 'Begin a dry run of all ladders' }).press('Enter');
    await page.getByRole('button', { name: 'Yes, begin the dry run' }).press('Enter');
    await page.getByText('A dry run: no ladder carries anything out.').waitFor();
    expect(site.server().orders).toEqual([
      'POST brake {"reason":"Works","by":"operator"}',
      'POST dry-run {"by":"operator"}',
    ]);

    const braked = await visit('asking', '/inspect');
    await braked.getByRole('button', { name: 'Release the brake' }).press('Enter');
    await braked.getByText('The brake is off: the ladders go on.').waitFor();
    const rehearsed = await visit('dryRun', '/');
    await rehearsed.getByRole('button', { name: 'End the dry run' }).press('Enter');
    await rehearsed.getByText('The dry run is over: the ladders act again.').waitFor();
    expect(site.server().orders).toEqual(['DELETE dry-run']);
  });

  test('an incident is opened with its timeline, and its bundle downloaded', async () => {
    const page = await visit('healthy', '/');
    await page.getByRole('button', { name: 'Show incident-6' }).press('Enter');
    const card = page.getByRole('region', { name: 'Incidents' });
    await card.getByText('Next: Restart the plugin.').waitFor();
    await card.getByRole('link', { name: 'Inspect step 4004 of incident-6' }).waitFor();
    const downloading = page.waitForEvent('download');
    await card.getByRole('link', { name: 'Download as a document' }).press('Enter');
    expect((await downloading).suggestedFilename()).toBe('incident-6.md');
  });

  test('what does not apply is not offered', async () => {
    const page = await visit('healthy', '/');
    expect(await page.getByRole('button', { name: 'Release from quarantine' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
  });
});

describe('everybody can use it', () => {
  const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const cases = (
    [
      ['/', 'interrupted'],
      ['/', 'quarantined'],
      ['/', 'guarded'],
      ['/', 'asking'],
      ['/', 'instructing'],
      ['/', 'storm'],
      ['/', 'dryRun'],
      ['/inspect', 'interrupted'],
    ] as const
  ).flatMap(([address, scene]) => [false, true].map((dark) => ({ address, dark, scene })));

  test.each(cases)('axe finds nothing serious: $address, dark $dark, $scene', async ({ address, dark, scene }) => {
    const page = await visit(scene, address, { dark, demo: true });
    await page
      .getByText(/#4\d\d\d/)
      .first()
      .waitFor();
    // The questions are judged too.
    for (const name of ['Put the brake on', 'Carry out now: Restart the server of the plugin', 'Show incident-6']) {
      const button = page.getByRole('button', { name });
      if ((await button.count()) > 0) await button.press('Enter');
    }
    await page.evaluate(axeSource);
    const found = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html) })))",
    )) as { id: string; impact: string; at: string[] }[]; // the shape that the expression above makes
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  });

  test.each([
    ['/', 'healthy'],
    ['/', 'interrupted'],
    ['/', 'quarantined'],
    ['/', 'guarded'],
    ['/', 'asking'],
    ['/', 'instructing'],
    ['/', 'storm'],
    ['/inspect', 'interrupted'],
  ] as const)('%s fits a width of 360 pixels: %s', async (address, scene) => {
    const page = await visit(scene, address, { width: 360, demo: true });
    await page
      .getByText(/#4\d\d\d/)
      .first()
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});

describe('the inspector', () => {
  const litIn = (page: Page) =>
    page
      .locator('.sw-state[data-state="active"]')
      .evaluateAll((states) => states.map((state) => state.getAttribute('data-id')));

  test('lights the active states, and only those', async () => {
    const page = await visit('interrupted', '/inspect');
    await page.locator('.sw-state').first().waitFor();
    expect((await litIn(page)).toSorted()).toEqual(recordedView('interrupted', 0).active.toSorted());
  });

  test('follows a live step: other states light up, its transitions are marked', async () => {
    const page = await visit('healthy', '/inspect');
    await page.locator('.sw-state').first().waitFor();
    const now = Date.now();
    const step = recordedSteps('interrupted', now).find(({ transitions }) => transitions.length === 4);
    if (!step) throw new Error('The recording has no step that loses the connection.');
    site.server().push({ step: { ...step, seq: 4_181 } });
    site.server().push({ view: { ...recordedView('interrupted', now), seq: 4_181, active: step.active } });
    await page.locator('[data-id$="escalation.confirming"][data-state="active"]').waitFor({ state: 'attached' });
    const taken = await page
      .locator('.sw-edge[data-taken]')
      .evaluateAll((edges) => edges.map((edge) => edge.getAttribute('data-id')));
    expect(taken.toSorted()).toEqual(step.transitions.toSorted());
  });

  test('shows the moment of a chosen step, and returns to the present', async () => {
    const page = await visit('interrupted', '/inspect');
    await page.getByRole('button', { name: /Connection: connected → disconnected/ }).click();
    await page.getByText('Showing the past: step 4175').waitFor();
    expect(await litIn(page)).toContain('integration@3.escalation.confirming');
    expect(await mainText(page)).toContain('connection.failures 2 → 3');
    await page.getByRole('button', { name: 'Back to live' }).click();
    await page.getByText('showing the present').waitFor();
    expect(await litIn(page)).toContain('integration@3.escalation.waiting');
  });

  test('a link leads from the timeline to the step', async () => {
    const page = await visit('interrupted', '/');
    await page.getByRole('link', { name: 'Inspect step 4176' }).click();
    await page.getByText('Showing the past: step 4176').waitFor();
  });

  test('zooms by keys and shows a region large', async () => {
    const page = await visit('healthy', '/inspect');
    const width = async () => Number((await page.locator('.sw-chart svg').getAttribute('viewBox'))?.split(' ')[2]);
    await page.locator('.sw-state').first().waitFor();
    const before = await width();
    await page.getByRole('region', { name: /Statechart of/ }).press('+');
    expect(await width()).toBeLessThan(before);
    await page.getByRole('button', { name: /^connection/ }).click();
    expect(await width()).toBeLessThan(before / 2);
    await page.getByRole('button', { name: 'Fit width' }).click();
    expect(await width()).toBeCloseTo(before, 0);
  });
});
