/**
 * Policies quick enough to watch: minutes of a real site become seconds, and the order of the ladder and every rule stay
 * the same. What a comparable system would call too short, and the linter with it, is as long as on a real site: it costs
 * no time where all goes well.
 */

interface QuickRung {
  readonly id: string;
  readonly title: string;
  readonly remedy: string;
  readonly mode: 'delta' | 'full';
  readonly attempts?: number;
  readonly needs?: readonly string[];
}

const rungs: readonly QuickRung[] = [
  { id: 'synchronize', title: 'Start a synchronization', remedy: 'synchronize', mode: 'delta', attempts: 3 },
  { id: 'synchronize-full', title: 'Start a full synchronization', remedy: 'synchronize', mode: 'full', attempts: 3 },
  { id: 'restart-plugin', title: 'Restart the plugin', remedy: 'restart-plugin', mode: 'delta', attempts: 2 },
  { id: 'restart-server', title: 'Restart the server of the plugin', remedy: 'restart-server', mode: 'delta' },
  { id: 'restart-proxy', title: 'Restart the SiPass proxy', remedy: 'restart-proxy', mode: 'full', attempts: 2 },
];

const besideRungs: readonly QuickRung[] = [
  {
    id: 'synchronize',
    title: 'Start a synchronization',
    remedy: 'synchronize',
    mode: 'full',
    attempts: 3,
    needs: ['source', 'target'],
  },
  {
    id: 'restart-plugin',
    title: 'Restart the plugin role',
    remedy: 'restart-plugin',
    mode: 'full',
    attempts: 2,
    needs: ['source'],
  },
  {
    id: 'restart-server',
    title: 'Restart the server of the plugin role',
    remedy: 'restart-server',
    mode: 'full',
    needs: ['source'],
  },
  // What it forces begins by itself.
  { id: 'restart-proxy', title: 'Restart the SiPass proxy service', remedy: 'restart-proxy', mode: 'delta' },
];

const impacts: { readonly [rung: string]: string } = {
  synchronize: 'Reads the source.',
  'synchronize-full': 'Reads the whole source and re-reads the whole target.',
  'restart-plugin': 'Events are not relayed while the plugin is down.',
  'restart-server': 'Every plugin on that server goes down with it.',
  'restart-proxy': 'Ends every session and forces a full synchronization.',
};

/** Of a remedy. */
const budget = { max: 3, windowMs: 300_000 };
const times = { timeoutMs: 60_000, settleMs: 300, proofTimeoutMs: 10_000 };

const connection = {
  probeEveryMs: 1_000,
  staleAfterMs: 15_000,
  failuresToDisconnect: 3,
  successesToConnect: 2,
  flapsMax: 5,
  flapsWindowMs: 20_000,
  backoff: { initialMs: 300, maxMs: 2_000 },
};

const synchronization = {
  deltaEveryMs: 20_000,
  checkEveryMs: 3_000,
  resumeBackoff: { initialMs: 300, maxMs: 2_000 },
  fruitlessMax: 4,
  stall: { floorMs: 6_000, capMs: 60_000 },
};

const confirmMsDefault = 1_500;
const ladder = {
  recheckMs: 500,
  retryBackoff: { initialMs: 500, maxMs: 3_000 },
  resetAfterMs: 600_000,
  budget: { max: 20, windowMs: 3_600_000 },
};
/** Slower than a deviation is confirmed. */
const quarantineProbe = (confirmMs: number) => ({
  initialMs: Math.max(4_000, confirmMs),
  maxMs: Math.max(10_000, confirmMs),
});

export interface QuickOptions {
  /** How long a deviation must last. @default 1_500 */
  readonly confirmMs?: number;
}

/** Of a plugin of our own. */
export function quickPolicy({ confirmMs = confirmMsDefault }: QuickOptions = {}) {
  return quick(rungs, confirmMs);
}

/** Beside Genetec's role: a full run has it synchronize, a delta run compares what it has done. */
export function quickPolicyBeside() {
  return quick(besideRungs, confirmMsDefault);
}

function quick(all: readonly QuickRung[], confirmMs: number) {
  return {
    connection,
    synchronization,
    ladder: {
      ...ladder,
      confirmMs,
      quarantineProbe: quarantineProbe(confirmMs),
      rungs: all.map((rung) => ({
        ...rung,
        ...times,
        impact: impacts[rung.id],
        budget: rung.remedy === 'synchronize' ? null : budget,
      })),
    },
  };
}
