/** What it costs to supervise many integrations in one process: processor, memory, and how late a decision comes. */
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { invariant } from '../../src/core/errors.ts';
import type { Commit } from '../../src/runtime/index.ts';
import { configSchema } from '../../src/supervise/config.ts';
import type { Log } from '../../src/supervise/log.ts';
import { type Supervisor, startSupervisor } from '../../src/supervise/supervisor.ts';
import type { Case } from '../harness/case.ts';
import { heldBytes } from '../harness/memory.ts';
import { healthyPlugin } from './healthy-plugin.ts';

const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The same with a thousand integrations and with five thousand; what one of them costs should not grow. */
export const supervisorCost: Case = async ({ directory, quick, tell }) => {
  const sizes = quick ? [20, 40] : [1_000, 5_000];
  const watchedMs = quick ? 2_000 : 60_000;
  let first: Cost | null = null;
  for (const size of sizes) {
    const probeEveryMs = quick ? 500 : 10_000;
    const cost = await costOf(size, join(directory, String(size)), watchedMs, probeEveryMs);
    const against = first === null ? undefined : { against: `${sizes[0]} integrations` };
    tell(`core-share-${size}`, cost.coreShare, 'cores');
    tell(`probes-${size}`, cost.decisions / (watchedMs / 1000), 'decisions/s');
    const perIntegration = cost.coreShare / size;
    tell(
      `core-share-each-${size}`,
      perIntegration * 1e6,
      'cores/million',
      against && first ? { ...against, base: (first.coreShare / (sizes[0] as number)) * 1e6 } : undefined,
    );
    tell(
      `memory-each-${size}`,
      cost.bytesEach / 1024,
      'KiB',
      against && first ? { ...against, base: first.bytesEach / 1024 } : undefined,
    );
    tell(`decision-delay-p99-${size}`, cost.delayP99Ms, 'ms');
    first ??= cost;
  }
};

interface Cost {
  /** Share of one core while every integration is probed every ten seconds and all is well. */
  readonly coreShare: number;
  /** Heap and buffers of the process that one integration adds. */
  readonly bytesEach: number;
  /** From the moment a timer is due to the moment its step is durable. */
  readonly delayP99Ms: number;
  readonly decisions: number;
}

async function costOf(size: number, directory: string, watchedMs: number, probeEveryMs: number): Promise<Cost> {
  const empty = await heldBytes();
  const supervisor = await open(size, directory, probeEveryMs);
  await untilWatching(supervisor, size);
  const bytesEach = ((await heldBytes()) - empty) / size;
  const delays: number[] = [];
  const unsubscribe = supervisor.runtime.subscribe((commit) => {
    const dueAt = dueOf(commit);
    if (dueAt !== null) delays.push(Date.now() - dueAt);
  });
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  const { user, system } = process.cpuUsage(before);
  unsubscribe();
  await supervisor.close();
  delays.sort((a, b) => a - b);
  invariant(delays.length > 0, 'timers have fired');
  const delayP99Ms = delays[Math.floor(delays.length * 0.99)] ?? 0;
  return { coreShare: (user + system) / 1000 / watchedMs, bytesEach, delayP99Ms, decisions: delays.length };
}

/** When the timer was due that made this step; null for a step of another kind. */
function dueOf({ before, note }: Commit): number | null {
  return before?.timers[note.event.type]?.dueAt ?? null;
}

function open(size: number, directory: string, probeEveryMs: number): Promise<Supervisor> {
  const integrations = Array.from({ length: size }, (_, n) => ({
    id: `pair-${n}`,
    policy: { connection: { probeEveryMs } },
    remedies: { 'restart-proxy': { kind: 'command', argv: ['systemctl', 'restart', 'sipass-proxy'] } },
    source: { kind: 'sipass', url: `https://sipass-${n}.example:8745`, username: 'u', password: 'p', profile: 'mp28x' },
    target: {
      kind: 'security-center',
      url: 'https://directory.example:4590/WebSdk',
      username: 'u',
      password: 'p',
      applicationId: 'a',
    },
  }));
  return startSupervisor({
    config: configSchema.parse({ data: directory, hosting: 'in-process', integrations }),
    clock: systemClock,
    log: silentLog,
    environment: {},
    openPlugin: () => Promise.resolve(healthyPlugin),
  });
}

/** Every integration has been connected, synchronized and proven once. */
async function untilWatching({ runtime }: Supervisor, size: number): Promise<void> {
  for (let n = 0; n < size; n++) {
    await runtime.waitFor(
      `pair-${n}`,
      ({ value }) => (value as { synchronization?: { run?: unknown } }).synchronization?.run === 'succeeded',
      { limitMs: 300_000 },
    );
  }
}
