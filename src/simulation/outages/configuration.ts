/** The site and its policies as a seed draws them: any configuration that the product accepts. */
import type { z } from 'zod';
import type { rungSchema } from '../../../machines/escalation/ladder-policy.ts';
import { type Config, configSchema } from '../../supervise/config.ts';
import type { Random } from '../random.ts';
import { randomOf } from '../random.ts';

type RungInput = z.input<typeof rungSchema>;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export function drawConfiguration(seed: number): Config {
  const random = randomOf(seed, 'configuration');
  const count = random.pick([1, 1, 1, 1, 2, 2, 3, 4]) ?? 1;
  const servers = 1 + random.below(count);
  const proxies = 1 + random.below(count);
  const policy = drawPolicy(random);
  const integrations = Array.from({ length: count }, (_, at) => ({
    id: `i${at + 1}`,
    server: `s${1 + (at % servers)}`,
    source: { kind: 'sipass', url: `https://sipass${at + 1}.example`, username: 'u', password: 'p', profile: 'mp28x' },
    target: { kind: 'security-center', url: 'https://sc.example', username: 'u', password: 'p', applicationId: 'a' },
    compatible: [{ source: '2.90', target: '5.12' }],
    policy: random.chance(0.7) ? policy : drawPolicy(random),
    remedies: {
      'restart-proxy': {
        kind: 'webhook',
        url: 'https://remedy.example',
        component: `proxy-${1 + (at % proxies)}`,
      },
    },
  }));
  return configSchema.parse({ hosting: 'in-process', integrations, fleet: drawFleet(random) });
}

function drawFleet(random: Random) {
  return {
    storm: {
      share: random.pick([0.3, 0.4, 0.6]),
      countMin: random.pick([2, 3]),
      withinMs: random.pick([2 * minute, 10 * minute]),
      holdMsMax: random.pick([10 * minute, 30 * minute]),
      coolDownMs: random.pick([2 * minute, 5 * minute]),
    },
    budget: random.chance(0.5) ? { max: 1 + random.below(4), windowMs: hour } : undefined,
    blastRadiusMax: random.chance(0.15) ? 1 + random.below(2) : null,
    dryRun: random.chance(0.03),
    retryAfterMs: random.pick([minute, 3 * minute]),
  };
}

function drawPolicy(random: Random) {
  const slow = random.pick([3 * minute, 6 * minute, 12 * minute]) ?? minute;
  return {
    connection: {
      probeEveryMs: slow,
      staleAfterMs: 45 * second,
      failuresToDisconnect: 1 + random.below(3),
      successesToConnect: 1 + random.below(2),
      backoff: { initialMs: 5 * second, maxMs: random.pick([2 * minute, 6 * minute]) },
      flapsMax: 2 + random.below(5),
      flapsWindowMs: random.pick([10 * minute, hour]),
    },
    synchronization: {
      deltaEveryMs: random.pick([20 * minute, 40 * minute, 90 * minute]),
      fullEveryMs: random.pick([6 * hour, 24 * hour]),
      checkEveryMs: random.pick([15 * minute, hour]),
      resumeBackoff: { initialMs: 5 * second, maxMs: random.pick([3 * minute, 10 * minute]) },
      fruitlessMax: 1 + random.below(5),
      rejected: { shareMax: random.pick([0, 0, 0.3]), retry: { initialMs: 5 * minute, maxMs: hour } },
      proof: { depth: random.pick(['content', 'content', 'sampled', 'counts']) },
      deletes: { shareMax: random.pick([0.05, 0.4, 1]), countMax: random.pick([1, 5, 50]) },
      stall: { floorMs: random.pick([30 * second, 2 * minute]), capMs: 5 * minute },
    },
    ladder: drawLadder(random),
  };
}

function drawLadder(random: Random) {
  return {
    confirmMs: random.pick([0, 10 * second, 30 * second]),
    evidenceMs: random.pick([2 * minute, 5 * minute]),
    recheckMs: random.pick([20 * second, minute]),
    retryBackoff: { initialMs: 5 * second, maxMs: random.pick([minute, 3 * minute]) },
    claimTimeoutMs: random.pick([5 * minute, 30 * minute]),
    windows: random.chance(0.1) ? drawWindows(random) : undefined,
    budget: random.pick([undefined, null, { max: 2 + random.below(3), windowMs: 6 * hour }]),
    resetAfterMs: random.pick([10 * minute, 30 * minute]),
    quarantineProbe: { initialMs: random.pick([20 * minute, hour]), maxMs: random.pick([hour, 3 * hour]) },
    rungs: drawRungs(random),
  };
}

function drawWindows(random: Random) {
  const zone = random.pick(['UTC', 'Etc/GMT-3']) ?? 'UTC';
  const days = random.pick(['*', '*', '*', '*', '1-5']) ?? '*';
  const at = `${random.below(60)} ${random.below(24)} * * ${days}`;
  const window = { cron: at, timeZone: zone, durationMs: (1 + random.below(8)) * hour };
  return random.chance(0.7) ? { allow: [window] } : { deny: [window] };
}

/** The order of the guide, or any other one: fewer rungs, other ones, persons, approvals. */
function drawRungs(random: Random): readonly RungInput[] | undefined {
  if (random.chance(0.3)) return undefined;
  const all = ['synchronize', 'synchronize-full', 'restart-plugin', 'restart-server', 'restart-proxy', 'look'];
  const kept = all.filter(() => random.chance(0.75));
  if (random.chance(0.25)) kept.reverse();
  if (kept.length === 0) kept.push('synchronize-full');
  // Persons and approvals are seldom come to behind everything else.
  if (random.chance(0.4)) kept.sort((one, other) => Number(other === 'look') - Number(one === 'look'));
  const approvals = random.chance(0.3) ? 0.8 : 0.05;
  return kept.map((id) => drawRung(random, id, approvals));
}

function drawRung(random: Random, id: string, approvals: number): RungInput {
  const remedy = id.startsWith('synchronize') ? 'synchronize' : id === 'look' ? 'person' : id;
  const restarts = remedy.startsWith('restart');
  return {
    id,
    title: `Do ${id}`,
    remedy,
    impact: 'Simulated.',
    mode: id === 'synchronize' ? 'delta' : random.chance(0.5) ? 'full' : 'delta',
    steps: remedy === 'person' ? ['Look.', 'Press.'] : [],
    needs: remedy === 'synchronize' && random.chance(0.7) ? ['plugin', 'source', 'target'] : [],
    attempts: 1 + random.below(3),
    timeoutMs: random.pick([minute, 2 * minute]),
    settleMs: random.pick([0, 15 * second, minute]),
    proofTimeoutMs: random.pick([3 * minute, 10 * minute]),
    cooldownMs: random.pick([0, 2 * minute, 10 * minute]),
    budget:
      restarts && random.chance(0.6)
        ? { max: 1 + random.below(3), windowMs: random.pick([hour, 6 * hour, 24 * hour]) ?? hour }
        : null,
    windows: restarts && random.chance(0.15) ? drawWindows(random) : {},
    approval: { required: restarts && random.chance(approvals), expiresMs: random.pick([10 * minute, hour]) },
  };
}
