/** Events, answers and a policy for exploring the machines: one of each kind that matters. */

import { policySchema } from '../../machines/policy.ts';
import type { Json } from '../../src/core/json.ts';
import type { Answers } from './explore.ts';

/** Small thresholds keep the number of configurations small without taking a rule away. */
export const smallPolicy = policySchema.parse({
  connection: { failuresToDisconnect: 2, successesToConnect: 1, flapsMax: 2 },
  synchronization: { fruitlessMax: 2 },
  ladder: {
    rungs: [
      { id: 'synchronize', title: 'S', remedy: 'synchronize', impact: '-', mode: 'delta', attempts: 1 },
      {
        id: 'restart',
        title: 'R',
        remedy: 'restart-plugin',
        impact: '-',
        mode: 'full',
        attempts: 1,
        budget: { max: 1, windowMs: 60_000 },
      },
    ],
  },
});

/** A ladder on which everything can happen: approval, a person, a remedy. */
export const fullLadder = policySchema.parse({
  ladder: {
    rungs: [
      { id: 'synchronize', title: 'S', remedy: 'synchronize', impact: '-', mode: 'delta', attempts: 1 },
      { id: 'restart', title: 'R', remedy: 'restart-plugin', impact: '-', mode: 'full', approval: { required: true } },
      { id: 'ask', title: 'A', remedy: 'person', impact: '-', mode: 'full', steps: ['Look.'] },
    ],
  },
});

/** What the fleet may answer beside granting and putting off. */
export const otherVerdicts: Answers = {
  claim: () => [
    ...['granted', 'served', 'rehearse', 'declined'].map((verdict) => ({ output: { verdict, message: '.' } })),
    { output: { verdict: 'later', reason: { code: 'storm', message: 'A storm.' }, retryAfterMs: 30_000 } },
    { error: { code: 'x', message: 'y' } },
  ],
};

export const input: Json = { id: 'pair', policy: smallPolicy as unknown as Json };

const ok = { ok: true, version: '1', latencyMs: 1 } as const;
const silent = { ok: false, code: 'SW_UNREACHABLE', message: 'No answer.' } as const;
const refused = { ok: false, code: 'SW_UNAUTHORISED', message: 'Wrong password.' } as const;

const side = (count: number) => ({ count, digest: null });
const proof = (at: number, equal: boolean): Json => ({
  at,
  depth: 'content',
  equal,
  types: [
    {
      type: 'cardholder',
      source: side(1),
      target: side(equal ? 1 : 0),
      equal,
      missing: [],
      surplus: [],
      different: [],
    },
  ],
});
const written = { created: 0, updated: 0, deleted: 0, unchanged: 1 };

export const answers: Answers = {
  probe: () => [
    { output: { source: ok, target: ok, incompatible: null } },
    { output: { source: ok, target: ok, incompatible: 'Versions 1 and 2 do not go together.' } },
    { output: { source: silent, target: ok, incompatible: null } },
    { output: { source: refused, target: ok, incompatible: null } },
    { error: { code: 'SW_PLUGIN_UNRESPONSIVE', message: 'No answer from the plugin.' } },
  ],
  synchronize: (at) => [
    { output: { outcome: 'succeeded', reason: null, proof: proof(at, true), written, rejected: 0 } },
    { output: { outcome: 'incomplete', reason: 'counts-differ', proof: proof(at, false), written, rejected: 0 } },
    { error: { code: 'SW_UNREACHABLE', message: 'Cut.' } },
    { error: { code: 'SW_UNAUTHORISED', message: 'Wrong password.' } },
  ],
  check: (at) => [{ output: proof(at, true) }, { output: proof(at, false) }, { error: { code: 'x', message: 'y' } }],
  diagnose: () => [
    { output: { signature: 'unknown', message: '?', rungs: ['synchronize', 'restart'], evidence: {} } },
    { output: { signature: 'incompatible', message: '!', rungs: [], evidence: {} } },
    { error: { code: 'x', message: 'y' } },
  ],
  task: (at) => [
    { output: { result: { count: 1 }, proof: null } },
    { output: { result: { equal: true }, proof: proof(at, true) } },
    { error: { code: 'SW_NOT_FOUND', message: 'No such record.' } },
  ],
  claim: () => [
    { output: { verdict: 'granted', message: 'Free.' } },
    { output: { verdict: 'later', reason: { code: 'storm', message: 'A storm.' }, retryAfterMs: 30_000 } },
    { error: { code: 'x', message: 'y' } },
  ],
  remedy: () => [{ output: { message: 'Done.' } }, { error: { code: 'SW_REMEDY_FAILED', message: 'No.' } }],
};

const by = 'operator';
export const outside = {
  synchronization: (at: number) => [
    { type: 'synchronization.requested', at, mode: 'delta', requestedBy: by },
    { type: 'synchronization.requested', at, mode: 'full', requestedBy: by },
    { type: 'synchronization.requested', at, mode: 'delta', requestedBy: by, types: ['cardholder'] },
    { type: 'synchronization.requested', at, mode: 'delta', requestedBy: by, approveDeletes: true },
    { type: 'cancellation.requested', at, requestedBy: by },
    { type: 'refresh.requested', at, requestedBy: by },
    ...['preflight', 'inventory', 'transferring', 'sweeping', 'proving'].map((phase) => ({
      type: 'run.advanced',
      at,
      phase,
    })),
    { type: 'run.progressed', at, progress: [{ type: 'cardholder', done: 1, total: 2 }] },
  ],
  plugin: (at: number) => [
    { type: 'plugin.lost', at, message: 'No heartbeat.' },
    { type: 'plugin.answered', at },
  ],
  holds: (at: number) => [
    { type: 'hold.placed', at, name: 'works', reason: 'Maintenance.' },
    { type: 'hold.released', at, name: 'works' },
  ],
  tasks: (at: number) => [
    ...(['verify', 'rebuild-index'] as const).map((kind) => ({
      type: 'task.requested',
      at,
      id: kind,
      task: { kind },
      requestedBy: by,
    })),
    { type: 'task.cancelled', at, id: 'verify', requestedBy: by },
  ],
  verification: (at: number) =>
    [true, false].map((equal) => ({ type: 'verification.answered', at, proof: proof(at, equal), startedAt: at })),
  operator: (at: number) => [{ type: 'release.requested', at, requestedBy: by }],
  people: (at: number) => [
    { type: 'approval.given', at, rung: 'restart', by },
    { type: 'approval.refused', at, rung: 'restart', by },
    { type: 'step.answered', at, rung: 'ask', done: true, by, note: '' },
    { type: 'step.answered', at, rung: 'ask', done: false, by, note: 'No key.' },
  ],
};

const cap = (n: number, max: number) => Math.min(n, max);

/** The part of the memory on which rules depend, with counters capped where the rules stop looking. */
export function projectMemory(context: Json): Json {
  const c = context as unknown as import('../../machines/context.ts').IntegrationContext;
  const { connection, synchronization: sync, escalation } = c;
  return {
    failures: cap(connection.failures, 2),
    successes: cap(connection.successes, 1),
    why: connection.reason?.code ?? null,
    flaps: connection.changes.length > c.policy.connection.flapsMax,
    lost: connection.pluginLostAt !== null,
    run: sync.run && [
      sync.run.mode,
      sync.run.types !== null,
      sync.run.approveDeletes,
      cap(sync.run.fruitless, 2),
      sync.run.stalled,
    ],
    pending: sync.pending && [sync.pending.mode, sync.pending.types !== null, sync.pending.approveDeletes],
    whole: sync.proof?.equal ?? null,
    objection: sync.objection,
    reason: sync.reason?.code ?? null,
    rung: escalation.rung,
    diagnosis: escalation.diagnosis?.rungs.length ?? null,
    attempts: escalation.attempts as Json,
    approved: escalation.approval && escalation.approval.by !== null,
    declined: Object.keys(escalation.declined),
    told: escalation.told !== null,
    quarantine: escalation.quarantine?.reason.code ?? null,
    holds: c.holds.length,
  };
}

/** Of the tasks: what waits and what is under way. */
export function projectTasks(context: Json): Json {
  const { tasks } = context as unknown as import('../../machines/context.ts').IntegrationContext;
  return { waiting: tasks.waiting.map(({ id }) => id), current: tasks.current?.id ?? null };
}
