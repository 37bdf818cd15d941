/** A real supervisor with its HTTP API on a free port, over a plugin whose sides are made up. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { CodedError } from '../../src/core/errors.ts';
import { createApp } from '../../src/http/app.ts';
import { parseConfig } from '../../src/supervise/config.ts';
import type { Difference, RejectedPage } from '../../src/supervise/plugin-host/on-demand.ts';
import type { Plugin, Run } from '../../src/supervise/plugin-host/plugin.ts';
import { startSupervisor } from '../../src/supervise/supervisor.ts';
import type { Proof } from '../../src/sync/run-result.ts';

/** `address` is that of both sides: only the diagnosis of an incident connects to it. */
const configurationOf = (address: string, ladder: object) => `
hosting: in-process
integrations:
  - id: hq
    title: Headquarters
    source: { kind: sipass, url: "${address}", username: a, password: b, profile: mp28x }
    target: { kind: security-center, url: "${address}", username: a, password: b, applicationId: c }
    policy: { connection: { successesToConnect: 1 }, ladder: ${JSON.stringify(ladder)} }
    remedies: { restart-proxy: { kind: command, argv: ["true"] } }
`;

/** What the made-up sides hold; a test changes it. */
export interface Sides {
  /** Cardholders of source and target. */
  source: number;
  target: number;
  differences: Difference[];
  rejected: RejectedPage['rejected'];
  /** Why the plugin fails, if it does. */
  failure: CodedError | null;
  leaseOf: string | null;
  readonly runs: Pick<Run, 'mode' | 'types' | 'approveDeletes'>[];
}

export interface Supervised {
  readonly url: string;
  readonly sides: Sides;
  close(): Promise<void>;
}

/** `ladder` is the policy of the ladder where it differs from the default. */
export async function startSupervised(ladder: object = {}): Promise<Supervised> {
  const accepting = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(accepting, 'listening');
  const address = `http://127.0.0.1:${(accepting.address() as AddressInfo).port}`;
  const directory = await mkdtemp(join(tmpdir(), 'syncwarden-supervised-'));
  const sides: Sides = {
    source: 5,
    target: 5,
    differences: [],
    rejected: [],
    failure: null,
    leaseOf: null,
    runs: [],
  };
  const config = { ...parseConfig(configurationOf(address, ladder), 'reading the test', {}), data: directory };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const supervisor = await startSupervisor({
    config,
    clock: systemClock,
    log,
    environment: {},
    openPlugin: () => Promise.resolve(madeUpPlugin(sides)),
  });
  const { runtime, integrations, plugin } = supervisor;
  const options = { runtime, integrations, plugin, clock: systemClock, host: '127.0.0.1', version: '0', webRoot: null };
  const app = await createApp(options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  if (!app.server.listening) await once(app.server, 'listening');
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    sides,
    async close() {
      await app.close();
      await supervisor.close();
      accepting.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function proofOf(sides: Sides, depth: Proof['depth']): Proof {
  if (sides.failure) throw sides.failure;
  const { source, target } = sides;
  const side = (count: number) => ({ count, digest: depth === 'counts' ? null : `d${count}` });
  const [missing, surplus] = [Math.max(0, source - target), Math.max(0, target - source)];
  const found = { missing, surplus, different: 0, duplicates: 0 };
  const equal = source === target;
  const lists = { missing: [], surplus: [], different: [], duplicates: [] };
  return {
    at: systemClock.now(),
    depth,
    equal,
    types: [{ type: 'cardholder', source: side(source), target: side(target), equal, ...lists, found, rejected: 0 }],
    sourceChanges: { appeared: [], vanished: [], count: 0 },
  };
}

function madeUpPlugin(sides: Sides): Plugin {
  const reach = { ok: true, version: '1', latencyMs: 1 } as const;
  return {
    startedAt: systemClock.now(),
    probe: () => Promise.resolve({ source: reach, target: reach, incompatible: null }),
    check: async () => proofOf(sides, 'counts'),
    verify: async () => proofOf(sides, 'content'),
    events: async () => null,
    async synchronize({ runId, mode, types, approveDeletes }) {
      sides.runs.push({ mode, types, approveDeletes });
      const proof = proofOf(sides, 'content');
      return {
        runId,
        mode,
        outcome: proof.equal ? 'succeeded' : 'incomplete',
        reason: proof.equal ? null : 'counts-differ',
        proof,
        written: { created: 3, updated: 2, deleted: 1, unchanged: 4, adopted: 0, duplicatesRemoved: 0 },
        rejected: [],
        rejectedCount: 0,
        decisions: [],
        startedAt: 0,
        endedAt: 1,
        resumed: false,
      } as Awaited<ReturnType<Plugin['synchronize']>>;
    },
    async *diff({ types }) {
      if (sides.failure) throw sides.failure;
      for (const difference of sides.differences)
        if (types === null || types.includes(difference.type)) yield [difference];
    },
    async dryRun({ types }) {
      const create = { cardholder: Math.max(0, sides.source - sides.target) };
      const guard = types === null && sides.source === 0 ? 'empty-source' : null;
      return { would: { create, change: {}, delete: {}, rejected: {} }, guard, at: systemClock.now() };
    },
    async synchronizeEntity({ kind, key }) {
      if (key === 'none') return { kind, key, found: true, entities: [] };
      const reason = { code: 'SW_REFUSED', message: 'The card number is taken.' };
      const entity = { type: 'cardholder', key, action: 'updated', id: `id-${key}` } as const;
      const credential = { type: 'credential', key, action: 'rejected', id: null, reason } as const;
      return { kind, key, found: true, entities: key === 'bad' ? [entity, credential] : [entity] };
    },
    listRejected: async ({ after, limit }) => {
      const from = after === null ? 0 : Number(after);
      const rejected = sides.rejected.slice(from, from + limit);
      const next = from + limit < sides.rejected.length ? String(from + limit) : null;
      return { rejected, next, count: sides.rejected.length };
    },
    retryRejected: async ({ refs }) => ({ count: refs === 'all' ? sides.rejected.length : refs.length }),
    async dropRejected({ refs }) {
      const left = sides.rejected.filter(({ type, key }) => !refs.some((ref) => ref.type === type && ref.key === key));
      const count = sides.rejected.length - left.length;
      sides.rejected = left;
      return { count };
    },
    rebuildIndex: async () => ({ types: [{ type: 'cardholder', count: sides.target }] }),
    async takeOver() {
      const from = sides.leaseOf;
      sides.leaseOf = null;
      return { from };
    },
    close: () => Promise.resolve(),
  };
}
