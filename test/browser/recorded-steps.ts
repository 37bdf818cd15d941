/** The steps that led to each situation: a few that matter, among the routine of probes. */
import { type StepView, stepViewSchema } from '../../src/http/api.ts';
import { activeStates, recordedView, type Situation } from './recorded-views.ts';

type Draft = Partial<Omit<StepView, 'seq' | 'at' | 'integration' | 'event'>> & {
  /** Seconds before now. */
  readonly ago: number;
  readonly type: string;
  readonly details?: StepView['event']['details'];
};

const root = 'integration@3';
const other = ['connection.probing.waiting', 'synchronization.check.waiting', 'tasks.waiting', 'directives'];
const connected = 'connection.status.connected';
const disconnected = 'connection.status.disconnected';
const running = ['synchronization.run.running.phase.transferring', 'synchronization.run.running.pace.progressing'];

const started: readonly Draft[] = [
  {
    ago: 380,
    type: 'synchronization.requested',
    details: { mode: 'full', requestedBy: 'dashboard' },
    transitions: [`${root}.synchronization.run.succeeded|synchronization.requested|0`],
    active: activeStates(
      connected,
      'synchronization.run.running.phase.preflight',
      'synchronization.run.running.pace.progressing',
      'escalation.watching',
      ...other,
    ),
    changes: [
      { path: 'synchronization.runs', before: 118, after: 119 },
      { path: 'synchronization.run', before: null, after: { id: 'run-119', mode: 'full', requestedBy: 'dashboard' } },
    ],
    effects: ['run synchronize', 'set timer stallDue'],
  },
  {
    ago: 372,
    type: 'run.advanced',
    details: { phase: 'transferring' },
    transitions: [`${root}.synchronization.run.running.phase|run.advanced|2`],
    active: activeStates(connected, ...running, 'escalation.watching', ...other),
  },
];

const lost: readonly Draft[] = [
  {
    ago: 52,
    type: 'xstate.error.actor.synchronize',
    details: {
      error: { code: 'SW_TIMEOUT', message: 'Reading page 611 of the cardholders found no answer within 20 s.' },
    },
    transitions: [`${root}.synchronization.run.running|xstate.error.actor.synchronize|0`],
    active: activeStates(connected, 'synchronization.run.interrupted', 'escalation.watching', ...other),
    changes: [{ path: 'synchronization.run.fruitless', before: 0, after: 1 }],
    effects: ['set timer resumeDue'],
  },
  {
    ago: 48,
    type: 'xstate.error.actor.probe',
    details: { error: { code: 'SW_UNREACHABLE', message: 'SiPass did not answer: connection refused.' } },
    transitions: [
      `${root}.connection.probing.asking|xstate.error.actor.probe|0`,
      `${root}.connection.status.connected|probe.judged|0`,
      `${root}.connection.status.lost||0`,
      `${root}.escalation.watching|connection.lost|0`,
    ],
    active: activeStates(disconnected, 'synchronization.run.interrupted', 'escalation.confirming', ...other),
    changes: [
      { path: 'connection.failures', before: 2, after: 3 },
      {
        path: 'connection.reason',
        before: null,
        after: { code: 'unreachable', message: 'SiPass did not answer: connection refused.' },
      },
    ],
    effects: ['set timer confirm', 'set timer probeDue'],
  },
  {
    ago: 17,
    type: 'xstate.done.actor.diagnose',
    details: { signature: 'source-unreachable' },
    transitions: [`${root}.escalation.diagnosing|xstate.done.actor.diagnose|0`, `${root}.escalation.choosing||0`],
    active: activeStates(disconnected, 'synchronization.run.interrupted', 'escalation.waiting', ...other),
    changes: [
      { path: 'escalation.rung', before: null, after: 'restart-server' },
      { path: 'escalation.diagnosis.signature', before: null, after: 'source-unreachable' },
    ],
    effects: ['set timer rungReady'],
    decisions: [
      {
        what: 'Next: Restart the server of the plugin.',
        because: 'SiPass does not answer, and the network to it is up.',
        evidence: { signature: 'source-unreachable', skipped: { synchronize: 'cannot help' } },
      },
    ],
  },
];

const refused: readonly Draft[] = [
  {
    ago: 5_700,
    type: 'xstate.done.actor.probe',
    transitions: [
      `${root}.connection.probing.asking|xstate.done.actor.probe|0`,
      `${root}.connection.status.connected|probe.judged|1`,
      `${root}.escalation.watching|connection.degraded|0`,
    ],
    active: activeStates(
      'connection.status.warning',
      'synchronization.run.incomplete',
      'escalation.confirming',
      ...other,
    ),
  },
  {
    ago: 5_640,
    type: 'xstate.done.actor.diagnose',
    transitions: [`${root}.escalation.diagnosing|xstate.done.actor.diagnose|0`, `${root}.escalation.choosing||1`],
    active: recordedView('quarantined', 0).active,
    effects: ['page a person'],
    decisions: [
      {
        what: 'Quarantine: a person is paged, and nothing is restarted.',
        because: 'Security Center 5.13.1.0 goes with SiPass 3.0 and newer, but SiPass 2.95.3 was found.',
        evidence: { found: '2.95.3', expected: '>=3.0' },
      },
    ],
  },
];

const ended: readonly Draft[] = [
  {
    ago: 180,
    type: 'xstate.done.actor.synchronize',
    transitions: [`${root}.synchronization.run.running|xstate.done.actor.synchronize|0`],
    active: recordedView('healthy', 0).active,
    effects: ['set timer nextRunDue'],
  },
];

const drafts: Record<Situation, readonly Draft[]> = {
  healthy: ended,
  busy: started,
  interrupted: [...started, ...lost],
  guarded: ended,
  quarantined: refused,
  asking: [...started, ...lost],
  instructing: [...started, ...lost],
  storm: [...started, ...lost],
  dryRun: [...started, ...lost],
};

/** Probes are the routine between the steps that matter. */
function probes(now: number, active: readonly string[]): Draft[] {
  return [14, 4].flatMap((ago) => [
    {
      ago: ago + 0.2,
      type: `xstate.after.probeDue.${root}.connection.probing.waiting`,
      transitions: [`${root}.connection.probing.waiting|xstate.after.probeDue.${root}.connection.probing.waiting|0`],
      active: active.map((id) => id.replace('probing.waiting', 'probing.asking')),
      effects: ['run probe', 'set timer probeStale'],
    },
    {
      ago,
      type: 'xstate.done.actor.probe',
      transitions: [`${root}.connection.probing.asking|xstate.done.actor.probe|0`],
      active: [...active],
      changes: [{ path: 'connection.lastProbeAt', before: now - ago * 1_000 - 10_000, after: now - ago * 1_000 }],
      effects: ['cancel timer probeStale', 'set timer probeDue'],
    },
  ]);
}

/** Newest first, ending at the sequence number of the view. */
export function recordedSteps(situation: Situation, now: number): StepView[] {
  const view = recordedView(situation, now);
  const all = [...drafts[situation], ...probes(now, view.active)].sort((a, b) => a.ago - b.ago);
  return all.map(({ ago, type, details, ...rest }, index) =>
    stepViewSchema.parse({
      seq: view.seq - index,
      at: now - ago * 1_000,
      integration: view.id,
      event: { type, details: details ?? {} },
      transitions: [],
      active: view.active,
      changes: [],
      effects: [],
      decisions: [],
      timers: view.timers,
      ...rest,
    }),
  );
}
