/** The words of the pages, judged without a browser. */
import { describe, expect, test } from 'vitest';
import type { RungView } from '../../src/http/api.ts';
import { exampleLines, verdictOf } from '../../src/web/dashboard/verdict.ts';
import { agoText, durationText, latencyText, roundDurationText, untilText } from '../../src/web/shared/duration.ts';
import { fleetNotices } from '../../src/web/shared/fleet-sentence.ts';
import { headlineOf } from '../../src/web/shared/headline.ts';
import { ladderSentence, rungFacts, rungFigures, rungNote, touchText } from '../../src/web/shared/ladder-sentence.ts';
import { paceOf, timeLeftMs, withSample } from '../../src/web/shared/pace.ts';
import { entityTypeText, percentOf } from '../../src/web/shared/quantity.ts';
import { overallWord } from '../../src/web/shared/statuses.ts';
import { eventText, isRoutine, sentencesOf, shortEventName } from '../../src/web/shared/step-sentence.ts';
import { stoppedDeletes } from '../../src/web/shared/stopped-deletes.ts';
import { synchronizationSentence } from '../../src/web/shared/synchronization-sentence.ts';
import { taskOutcome, taskTitle } from '../../src/web/shared/task-sentence.ts';
import { recordedFleet } from './recorded-fleet.ts';
import { recordedSteps } from './recorded-steps.ts';
import { recordedView } from './recorded-views.ts';

const now = 1_700_000_000_000;

describe('stopped deletes', () => {
  const guarded = recordedView('guarded', now);
  const [verification, dryRun] = guarded.tasks;
  if (!verification || !dryRun) throw new Error('The recording has two tasks.');

  test('are counted by the last proof, and by a dry run that is newer', () => {
    const newer = {
      ...dryRun,
      startedAt: now,
      result: { ...dryRun.result, would: { ...noWrites, delete: { door: 7 } } },
    };

    expect(stoppedDeletes(guarded)).toMatchObject({ count: 3_214, isEmptySource: false });
    expect(stoppedDeletes({ ...guarded, tasks: [newer] })).toMatchObject({
      types: [{ type: 'door', count: 7 }],
      count: 7,
    });
  });

  test('that nobody has counted have no number, and without a guard there are none', () => {
    const { synchronization } = recordedView('healthy', now);
    const reason = { code: 'empty-source', message: 'The source says it is empty.' };
    const emptied = { ...synchronization, status: 'incomplete' as const, reason };

    expect(stoppedDeletes({ tasks: [], synchronization: emptied })).toEqual({
      types: [],
      count: null,
      isEmptySource: true,
    });
    expect(stoppedDeletes({ tasks: [], synchronization })).toBeNull();
  });
});

const noWrites = { create: {}, change: {}, delete: {}, rejected: {} };

describe('tasks', () => {
  const [, dryRun] = recordedView('guarded', now).tasks;
  if (!dryRun) throw new Error('The recording has two tasks.');
  type Task = typeof dryRun.task;

  test.each<[Task, object, string, string]>([
    [
      { kind: 'dry-run', mode: 'full', types: ['door'] },
      { would: noWrites, guard: null },
      'Dry run (full, door)',
      'Nothing would be written.',
    ],
    [
      { kind: 'entity', of: 'cardholder', key: '7' },
      { entities: [] },
      'Synchronize cardholder 7',
      'It yields nothing in the target.',
    ],
    [
      { kind: 'entity', of: 'cardholder', key: '7' },
      { entities: [{ type: 'credential', action: 'created' }] },
      'Synchronize cardholder 7',
      'credential created.',
    ],
    [{ kind: 'retry-rejected', refs: 'all' }, { count: 2 }, 'Try all rejected records again', '2 records.'],
    [{ kind: 'drop-rejected', refs: [{ type: 'door', key: '1' }] }, { count: 1 }, 'Forget door 1', '1 record.'],
    [
      { kind: 'rebuild-index' },
      { types: [{ count: 2 }, { count: 3 }] },
      'Rebuild the entity index',
      '5 entities found in the target.',
    ],
    [{ kind: 'verify' }, { equal: false }, 'Verify by content', 'Both sides differ.'],
    [{ kind: 'take-over-run' }, { from: 'a (process 7)' }, 'Take over the run', 'It was held by a (process 7).'],
  ])('%j', (task, result, title, outcome) => {
    const view = { ...dryRun, task, result: { ...result } };

    expect([taskTitle(view), taskOutcome(view)]).toEqual([title, outcome]);
  });

  test('that failed tell why', () => {
    const error = { code: 'SW_UNREACHABLE', message: 'SiPass does not answer.' };

    expect(taskOutcome({ ...dryRun, status: 'failed', result: null, error })).toBe('SiPass does not answer.');
  });
});

describe('durations', () => {
  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [245_000, '4 min 5 s'],
    [3_600_000, '1 h'],
    [11_520_000, '3 h 12 min'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 s'],
  ])('%d ms reads %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test('a countdown never reads zero before its time', () => {
    expect(untilText(now + 1, now)).toBe('in 1 s');
    expect(untilText(now, now)).toBe('now');
  });

  test('a time slightly ahead, as clocks differ, is now', () => {
    expect(agoText(now + 800, now)).toBe('just now');
  });

  test('limits are told in their largest unit', () => {
    expect(roundDurationText(86_400_000)).toBe('24 h');
    expect(latencyText(1_840)).toBe('1.8 s');
  });
});

describe('quantities', () => {
  test('a share is 100 per cent only when it is whole', () => {
    expect(percentOf(9_999, 10_000)).toBe(99);
    expect(percentOf(0, 0)).toBe(100);
    expect(percentOf(12, 10)).toBe(100);
  });

  test('entity types read as words', () => {
    expect(entityTypeText('cardholder-group')).toBe('Cardholder groups');
  });
});

describe('the headline', () => {
  test('is the age of the last proof', () => {
    expect(headlineOf(recordedView('healthy', now), now)).toMatchObject({ figure: '12 s ago', tone: 'ok' });
  });

  test('says never when nothing was ever proven', () => {
    const view = recordedView('healthy', now);
    const fresh = { ...view, synchronization: { ...view.synchronization, lastProvenEqualAt: null, proof: null } };
    expect(headlineOf(fresh, now)).toMatchObject({ figure: 'never', tone: 'warn' });
  });

  test('is not green when the newest comparison found a difference', () => {
    const headline = headlineOf(recordedView('quarantined', now), now);
    expect(headline.tone).toBe('bad');
    expect(headline.explanation).toContain('found a difference in 1 entity type');
  });

  test('is not green while disconnected, nor after a day', () => {
    expect(headlineOf(recordedView('interrupted', now), now).tone).toBe('warn');
    expect(headlineOf(recordedView('healthy', now), now + 25 * 3_600_000).tone).toBe('warn');
  });
});

describe('sentences', () => {
  test('a run whose total is not known claims no share', () => {
    expect(synchronizationSentence(recordedView('busy', now).synchronization, now)).toBe(
      'Copying: 30,599 records so far.',
    );
  });

  test('an interruption tells its reason', () => {
    const sentence = synchronizationSentence(recordedView('interrupted', now).synchronization, now);
    expect(sentence).toContain('interrupted');
    expect(sentence).toContain('Reading page 611');
  });

  test('stalled outranks the phase', () => {
    const { synchronization } = recordedView('busy', now);
    expect(synchronizationSentence({ ...synchronization, stalled: true }, now)).toContain('No progress');
  });

  test('the ladder names the rung that waits', () => {
    expect(ladderSentence(recordedView('interrupted', now).ladder)).toContain('Restart the server of the plugin');
  });

  test('a rung states what is used up of its budget', () => {
    const rung = recordedView('interrupted', now).ladder.rungs[2];
    expect(rung && rungFigures(rung)).toEqual(['tries: 2 of 2', 'budget: 2 of 3 used in 24 h']);
  });

  test('a reason that stands above is not said twice', () => {
    const [first, second] = recordedView('quarantined', now).ladder.rungs;
    expect(first && rungNote(first, undefined)).toContain('cannot help');
    expect(second && rungNote(second, first)).toBe('for the same reason');
  });

  test('the overall word is the worst news', () => {
    expect(overallWord(recordedView('quarantined', now)).word).toBe('quarantined');
    expect(overallWord(recordedView('interrupted', now)).word).toBe('disconnected');
    expect(overallWord(recordedView('healthy', now)).word).toBe('succeeded');
  });

  test('equal counts with other content are no match', () => {
    const side = { count: 3, digest: 'a' };
    const proof = {
      type: 'door',
      source: side,
      target: side,
      equal: false,
      missing: [],
      surplus: [],
      different: ['7'],
    };
    expect(verdictOf(proof)).toEqual({ word: 'content differs', tone: 'bad' });
    expect(exampleLines(proof)).toEqual(['With other content: 7']);
  });
});

describe('steps', () => {
  test('decisions come first, with their reason', () => {
    const step = recordedSteps('interrupted', now).find(({ decisions }) => decisions.length > 0);
    expect(step && sentencesOf(step)).toEqual([
      {
        what: 'Next: Restart the server of the plugin.',
        because: 'SiPass does not answer, and the network to it is up.',
      },
    ]);
  });

  test('a change of connection and ladder is told with what caused it', () => {
    const step = recordedSteps('interrupted', now).find(({ transitions }) => transitions.length === 4);
    expect(step && sentencesOf(step)).toEqual([
      {
        what: 'Connection: connected → disconnected. Ladder: watching → confirming.',
        because: 'SiPass did not answer: connection refused.',
      },
    ]);
  });

  test('probes without a consequence are routine, everything else is not', () => {
    const steps = recordedSteps('interrupted', now);
    expect(steps.filter(isRoutine).map(({ event }) => shortEventName(event.type))).toEqual([
      'probe done',
      'after probeDue',
      'probe done',
      'after probeDue',
    ]);
  });

  test("the engine's own event names are translated", () => {
    expect(eventText('xstate.after.checkDue.integration@3.synchronization.check.waiting')).toBe(
      'Timer checkDue is due.',
    );
    expect(eventText('xstate.error.actor.remedy')).toBe('Remedy failed.');
    expect(eventText('plugin.answered')).toBe('Plugin answered.');
  });
});

describe('pace', () => {
  test('is measured over what was seen, and gives the time left', () => {
    const samples = [0, 1, 2, 3, 4].reduce<readonly { at: number; done: number }[]>(
      (seen, second) => withSample(seen, { at: now + second * 1_000, done: second * 250 }),
      [],
    );
    expect(paceOf(samples)).toBe(250);
    expect(timeLeftMs(1_000, 3_500, paceOf(samples))).toBe(10_000);
  });

  test('says nothing while too little was seen, or the total is not known', () => {
    expect(paceOf(withSample([], { at: now, done: 5 }))).toBeNull();
    expect(timeLeftMs(10, null, 100)).toBeNull();
  });

  test('starts afresh when a run begins again', () => {
    const samples = withSample([{ at: now, done: 900 }], { at: now + 5_000, done: 10 });
    expect(samples).toEqual([{ at: now + 5_000, done: 10 }]);
  });
});

describe('the ladder', () => {
  const of = (situation: Parameters<typeof recordedView>[0]) => recordedView(situation, now).ladder;
  const server = (situation: Parameters<typeof recordedView>[0]) =>
    of(situation).rungs.find(({ id }) => id === 'restart-server') as RungView; // of the default policy

  test('says what it asks of whom, and what it waits for', () => {
    expect(ladderSentence(of('asking'))).toBe('A person must agree first: Restart the server of the plugin.');
    expect(ladderSentence(of('instructing'))).toBe('A person is asked to do this: Look at the SiPass server.');
    expect(ladderSentence(of('storm'))).toBe(
      'Next rung: Restart the server of the plugin. It waits: Many integrations fail together: nothing is restarted now.',
    );
    expect(ladderSentence(of('dryRun'))).toMatch(/^A dry run: this would have been done/);
  });

  test('tells of a rung what it costs, when it may begin, and what it restarts', () => {
    expect(rungFacts(server('asking'), now)).toEqual([
      'cost: high',
      'window: only every day from 22:00 for 6 h (Europe/Zurich) (open now)',
      'last used 9 h ago',
      'approval: asked for, not answered',
    ]);
    expect(rungFacts({ ...server('asking'), opensAt: now + 90_000, restsUntil: null }, now)[1]).toMatch(
      /\(opens in 1 min 30 s\)$/,
    );
    expect(touchText(server('healthy'))).toBe('This restarts server:main. It also touches harbour, depot.');
    expect(touchText({ ...server('healthy'), touches: [] })).toBe(
      'This restarts server:main. No other integration is touched.',
    );
  });

  test('who needs a person stands above all else in the list', () => {
    expect(overallWord(recordedView('asking', now))).toEqual({ word: 'asks for approval', tone: 'bad' });
  });
});

describe('the fleet', () => {
  test('is silent while nothing stands against any ladder', () => {
    expect(fleetNotices(recordedFleet('healthy', now), now)).toEqual([]);
  });

  test('tells the brake with who and why, and a storm with whom', () => {
    expect(fleetNotices(recordedFleet('asking', now), now)).toMatchObject([
      { word: 'Brake on', text: expect.stringContaining('by night-shift. Reason: Works on the network until 04:00.') },
    ]);
    expect(fleetNotices(recordedFleet('storm', now), now)).toMatchObject([
      { word: 'Storm', text: expect.stringContaining('3 integrations failed together') },
    ]);
  });
});
