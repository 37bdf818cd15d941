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
import { withProcessorTime } from '../harness/processor.ts';
import { healthyPlugin } from './healthy-plugin.ts';

const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The same with a thousand integrations and with five thousand; what one of them costs should not grow. */
export const supervisorCost: Case = async ({ directory, quick, tell }) => {
  const size = quick ? 20 : 1_000;
  const probeEveryMs = quick ? 500 : 10_000;
  const watchedMs = quick ? 2_000 : 60_000;
  const costAt = (integrations: number) =>
    costOf(integrations, join(directory, String(integrations)), watchedMs, probeEveryMs);
  const cost = await costAt(size);
  tell('core-share', cost.coreShare, 'cores');
  tell('memory-each', cost.bytesEach / 1024, 'KiB');
  tell('decision-delay-p99', cost.delayP99Ms, 'ms');
  const more = await costAt(5 * size);
  const against = `five times what ${size} integrations cost`;
  tell('core-share-5x', more.coreShare, 'cores', { against, base: 5 * cost.coreShare });
  tell('memory-5x', (more.bytesEach * 5 * size) / 1024, 'KiB', { against, base: (cost.bytesEach * 5 * size) / 1024 });
  tell('decision-delay-p99-5x', more.delayP99Ms, 'ms');
};

interface Cost {
  /** Share of one core while every integration is probed every ten seconds and all is well. */
  readonly coreShare: number;
  /** Heap and buffers of the process that one integration adds. */
  readonly bytesEach: number;
  /** From the moment a timer is due to the moment its step is durable. */
  readonly delayP99Ms: number;
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
  const { cpuMs } = await withProcessorTime(() => new Promise((resolve) => setTimeout(resolve, watchedMs)));
  unsubscribe();
  await supervisor.close();
  delays.sort((a, b) => a - b);
  invariant(delays.length > 0, 'timers have fired');
  const delayP99Ms = delays[Math.floor(delays.length * 0.99)] ?? 0;
  return { coreShare: cpuMs / watchedMs, bytesEach, delayP99Ms };
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
