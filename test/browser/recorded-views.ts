/** Integrations as the server would show them, in the states that the pages must explain. */
import { type IntegrationView, integrationViewSchema } from '../../src/http/api.ts';
import { asking, dryRun, instructing, storm } from './recorded-ladders.ts';
import { counts, incident, ladder, proof, rungs, types } from './recorded-parts.ts';

export type Situation =
  | 'healthy'
  | 'busy'
  | 'interrupted'
  | 'quarantined'
  | 'guarded'
  | 'asking'
  | 'instructing'
  | 'storm'
  | 'dryRun';

const s = 1_000;
const min = 60 * s;
const h = 60 * min;

/** A state of the machine with all states around it, by their paths below the root. */
export function activeStates(...paths: readonly string[]): string[] {
  const all = new Set(['integration@3']);
  for (const path of paths) {
    const words = path.split('.');
    for (const index of words.keys()) all.add(['integration@3', ...words.slice(0, index + 1)].join('.'));
  }
  return [...all];
}

const probing = 'connection.probing.waiting';
const resting = 'synchronization.check.waiting';

function healthy(now: number): IntegrationView {
  return {
    id: 'campus-north',
    title: 'Campus North: SiPass to Security Center',
    machine: 'integration@3',
    at: now - 2 * s,
    seq: 4_180,
    connection: {
      status: 'connected',
      reason: null,
      since: now - 26 * h,
      lastProbeAt: now - 4 * s,
      source: { ok: true, version: '2.95.3', latencyMs: 42 },
      target: { ok: true, version: '5.12.2.0', latencyMs: 18 },
    },
    synchronization: {
      status: 'succeeded',
      stalled: false,
      reason: null,
      run: null,
      lastRun: {
        id: 'run-118',
        mode: 'delta',
        types: null,
        outcome: 'succeeded',
        reason: null,
        startedAt: now - 3 * min - 20 * s,
        endedAt: now - 3 * min,
        written: { created: 12, updated: 3, deleted: 1, unchanged: 101_577 },
        rejected: 0,
      },
      nextRun: { at: now + 12 * min, mode: 'delta' },
      proof: proof(now - 12 * s, 0),
      lastCheckedAt: now - 12 * s,
      lastProvenEqualAt: now - 12 * s,
    },
    ladder: ladder(),
    tasks: [],
    holds: [],
    next: { at: now + 5 * s, what: 'probe the connection' },
    timers: [
      { id: 'probeDue', dueAt: now + 5 * s, what: 'probe the connection' },
      { id: 'checkDue', dueAt: now + 4 * min + 48 * s, what: 'compare the counts' },
      { id: 'nextRunDue', dueAt: now + 12 * min, what: 'start the next synchronization' },
    ],
    active: activeStates(
      'connection.status.connected',
      probing,
      'synchronization.run.succeeded',
      resting,
      'escalation.watching',
      'tasks.waiting',
      'directives',
    ),
  };
}

function busy(now: number): IntegrationView {
  const view = healthy(now);
  const done = [84, 30_515, 0, 0, 0];
  return {
    ...view,
    synchronization: {
      ...view.synchronization,
      status: 'transferring',
      nextRun: null,
      run: {
        id: 'run-119',
        mode: 'full',
        requestedBy: 'dashboard',
        types: null,
        approveDeletes: false,
        startedAt: now - 6 * min - 12 * s,
        resumes: 1,
        progress: types.slice(0, 3).map((type, index) => ({
          type,
          done: done[index] ?? 0,
          total: index === 2 ? null : (counts[index] ?? 0),
        })),
      },
      proof: proof(now - 3 * h, 0),
      lastProvenEqualAt: now - 3 * h - 2 * min,
    },
    timers: view.timers.slice(0, 2),
    active: activeStates(
      'connection.status.connected',
      probing,
      'synchronization.run.running.phase.transferring',
      'synchronization.run.running.pace.progressing',
      resting,
      'escalation.watching',
      'tasks.waiting',
      'directives',
    ),
  };
}

function interrupted(now: number): IntegrationView {
  const view = busy(now);
  const message =
    'Reading page 611 of the cardholders from https://sipass.campus.example:8443 found no answer within 20 s.';
  return {
    ...view,
    connection: {
      ...view.connection,
      status: 'disconnected',
      reason: {
        code: 'unreachable',
        message: 'SiPass did not answer: connection refused at sipass.campus.example:8443.',
      },
      since: now - 48 * s,
      lastProbeAt: now - 3 * s,
      source: { ok: false, version: '2.95.3', latencyMs: null },
    },
    synchronization: { ...view.synchronization, status: 'interrupted', reason: { code: 'SW_TIMEOUT', message } },
    ladder: ladder({
      status: 'waiting',
      incident: incident({
        id: 'incident-7',
        openedAt: now - 46 * s,
        because: 'SiPass did not answer: connection refused.',
        signature: 'source-unreachable',
      }),
      readyAt: now + 14 * s,
      rungs: rungs({
        synchronize: { status: 'skipped', note: 'cannot help: SiPass does not answer, and the network to it is up.' },
        'synchronize-full': {
          status: 'skipped',
          note: 'cannot help: SiPass does not answer, and the network to it is up.',
        },
        'restart-plugin': { status: 'tried', attempts: 2, budget: { used: 2, max: 3, windowMs: 24 * h } },
        'restart-server': { status: 'current', attempts: 0, budget: { used: 1, max: 3, windowMs: 24 * h } },
      }),
    }),
    holds: [{ name: 'night-shift', reason: 'SiPass update until 02:00', placedAt: now - 2 * h }],
    next: { at: now + 14 * s, what: 'restart the server of the plugin' },
    timers: [
      { id: 'probeDue', dueAt: now + 4 * s, what: 'probe the connection' },
      { id: 'rungReady', dueAt: now + 14 * s, what: 'restart the server of the plugin' },
      { id: 'resumeDue', dueAt: now + 41 * s, what: 'resume the interrupted synchronization' },
    ],
    active: activeStates(
      'connection.status.disconnected',
      probing,
      'synchronization.run.interrupted',
      resting,
      'escalation.waiting',
      'tasks.waiting',
      'directives',
    ),
  };
}

function quarantined(now: number): IntegrationView {
  const view = healthy(now);
  const message = 'Security Center 5.13.1.0 goes with SiPass 3.0 and newer, but SiPass 2.95.3 was found.';
  const note = `cannot help: ${message}`;
  return {
    ...view,
    connection: {
      ...view.connection,
      status: 'warning',
      reason: { code: 'incompatible', message },
      since: now - 95 * min,
      target: { ok: true, version: '5.13.1.0', latencyMs: 21 },
    },
    synchronization: {
      ...view.synchronization,
      status: 'incomplete',
      reason: { code: 'incompatible', message },
      proof: proof(now - 96 * min, 214),
      lastProvenEqualAt: now - 26 * h - 12 * min,
      lastRun: {
        id: 'run-119',
        mode: 'delta',
        types: null,
        outcome: 'incomplete',
        reason: message,
        startedAt: now - 97 * min,
        endedAt: now - 96 * min,
        written: { created: 0, updated: 0, deleted: 0, unchanged: 0 },
        rejected: 3,
      },
    },
    ladder: ladder({
      status: 'quarantined',
      incident: incident({ id: 'incident-8', openedAt: now - 95 * min, because: message, signature: 'incompatible' }),
      quarantine: { since: now - 94 * min, reason: 'incompatible', message },
      rungs: rungs({
        synchronize: { status: 'skipped', note },
        'synchronize-full': { status: 'skipped', note },
        'restart-plugin': { status: 'skipped', note },
        'restart-server': { status: 'skipped', note },
        'restart-proxy': {
          status: 'spent',
          budget: { used: 1, max: 1, windowMs: 24 * h },
          note: 'its budget of 1 in 1440 min is spent',
        },
      }),
    }),
    next: { at: now + 26 * min, what: 'look again whether the quarantine can end' },
    timers: [
      { id: 'probeDue', dueAt: now + 5 * s, what: 'probe the connection' },
      { id: 'slowProbe', dueAt: now + 26 * min, what: 'look again whether the quarantine can end' },
    ],
    active: activeStates(
      'connection.status.warning',
      probing,
      'synchronization.run.incomplete',
      resting,
      'escalation.quarantined',
      'tasks.waiting',
      'directives',
    ),
  };
}

/** The guard has stopped deletes, some records are rejected, and tasks were asked for. */
function guarded(now: number): IntegrationView {
  const view = healthy(now);
  const found = proof(now - 3 * min, 0);
  const [lastRun] = [view.synchronization.lastRun];
  const message = 'More entities would be deleted than the guard allows; nothing was deleted.';
  return {
    ...view,
    synchronization: {
      ...view.synchronization,
      status: 'incomplete',
      reason: { code: 'delete-guard', message },
      lastRun: lastRun && { ...lastRun, outcome: 'incomplete', reason: 'delete-guard', rejected: 2 },
      proof: {
        ...found,
        equal: false,
        types: found.types.map((type) =>
          type.type === 'cardholder'
            ? { ...type, equal: false, found: { missing: 0, surplus: 3_214, different: 0 } }
            : type,
        ),
      },
    },
    tasks: [
      {
        id: 'task-2',
        task: { kind: 'verify' },
        requestedBy: 'anna@desk',
        requestedAt: now - 40 * s,
        startedAt: now - 40 * s,
        endedAt: null,
        status: 'working',
        result: null,
        error: null,
      },
      {
        id: 'task-1',
        task: { kind: 'dry-run', mode: 'full', types: null },
        requestedBy: 'operator',
        requestedAt: now - 5 * min,
        startedAt: now - 5 * min,
        endedAt: now - 4 * min,
        status: 'done',
        result: {
          would: { create: { cardholder: 2 }, change: {}, delete: { cardholder: 3_214 }, rejected: {} },
          guard: 'delete-guard',
          at: now - 4 * min,
        },
        error: null,
      },
    ],
    active: activeStates(
      'connection.status.connected',
      probing,
      'synchronization.run.incomplete',
      resting,
      'escalation.watching',
      'tasks.working',
      'directives',
    ),
  };
}

const makers: { readonly [situation in Situation]: (now: number) => IntegrationView } = {
  healthy,
  busy,
  interrupted,
  quarantined,
  guarded,
  asking: (now) => asking(interrupted(now), now),
  instructing: (now) => instructing(interrupted(now), now),
  storm: (now) => storm(interrupted(now), now),
  dryRun: (now) => dryRun(interrupted(now), now),
};

/** The integration in a situation, with all its times relative to `now`; refused when it breaks the API's own schema. */
export function recordedView(situation: Situation, now: number): IntegrationView {
  return integrationViewSchema.parse(makers[situation](now));
}
