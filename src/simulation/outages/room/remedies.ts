/** Remedies as the site has them: they work, fail, hang, work although nobody waits any more, or answer into the void. */
import { pause } from '../../../core/clock.ts';
import { createRestartRemedy } from '../../../remedies/process.ts';
import type { Remedy, RemedyUse } from '../../../remedies/remedy.ts';
import { forEver, type Life } from '../../life.ts';
import type { VirtualClock } from '../../virtual-clock.ts';
import type { Act, Witness } from '../witness.ts';
import type { PluginServer } from './plugin-server.ts';
import { type ProxyService, proxyStartMs } from './proxy.ts';
import { simulated } from './simulated-failure.ts';

/** How remedies fare while a fault lasts. */
export type Mood = 'works' | 'fails' | 'hangs' | 'late' | 'mute';

/** How long after the order a late one takes effect, milliseconds. */
const lateMs = 150_000;

export interface RemediesOptions {
  readonly clock: VirtualClock;
  readonly life: Life;
  readonly witness: Witness;
  readonly mood: () => Mood;
  /** Keys of uses that have had their effect: kept by what they act upon, whatever becomes of the supervisor. */
  readonly effective: Set<string>;
}

/** The remedies of one integration. */
export function remediesOf(
  server: PluginServer,
  proxy: ProxyService | null,
  options: RemediesOptions,
): ReadonlyMap<string, Remedy> {
  const { clock, life } = options;
  const plugin = createRestartRemedy({
    restart: ({ integration, signal }) => server.restartPlugin(integration, signal),
    startedAt: ({ integration }) => server.pluginStartedAt(integration),
  });
  const host = createRestartRemedy({
    restart: ({ signal }) => server.restartServer(signal),
    startedAt: () => server.status().startedAt,
  });
  const own = (remedy: string, inner: Remedy, componentOf: (use: RemedyUse) => string) => {
    const effect = async (use: RemedyUse) => {
      await inner.act(use);
      return server.status().answering;
    };
    return watched({ remedy, componentOf, effect, wasDone: inner.wasDone }, options);
  };
  const remedies = new Map<string, Remedy>([
    ['restart-plugin', own('restart-plugin', plugin, (use) => `plugin:${use.integration}`)],
    ['restart-server', own('restart-server', host, () => `server:${server.server}`)],
  ]);
  if (proxy === null) return remedies;
  const service: Service = {
    remedy: 'restart-proxy',
    componentOf: () => proxy.component,
    // The service manager carries it out, whatever becomes of whoever asked.
    effect: async (use) => {
      if (use.fencingToken < proxy.token) throw simulated('SW_FENCED');
      proxy.token = use.fencingToken;
      await pause(clock, proxyStartMs);
      proxy.restart();
      return true;
    },
    wasDone: async (use) => {
      await pause(life.clock, 50);
      return proxy.startedAt >= use.startedAt;
    },
  };
  return remedies.set('restart-proxy', watched(service, options));
}

interface Service {
  readonly remedy: string;
  readonly componentOf: (use: RemedyUse) => string;
  /** Carries it out; answers whether it had its effect. */
  readonly effect: (use: RemedyUse) => Promise<boolean>;
  readonly wasDone: Remedy['wasDone'];
}

/** The remedy with its mood, seen from what it acts upon. */
function watched({ remedy, componentOf, effect, wasDone }: Service, options: RemediesOptions): Remedy {
  const { clock, life, witness, mood, effective } = options;
  const carryOut = async (act: Act, use: RemedyUse): Promise<void> => {
    if (!(await effect(use))) return;
    effective.add(act.key);
    witness.see({ what: 'restarted', component: act.component, act });
  };
  return {
    async act(use) {
      const act = actOf(remedy, componentOf(use), use);
      witness.see({ what: 'act-began', act, hadEffect: effective.has(act.key) });
      const aborted = () => witness.see({ what: 'act-ended', act, how: 'aborted' });
      use.signal.addEventListener('abort', aborted, { once: true });
      const ended = (how: 'answered' | 'failed') => {
        use.signal.removeEventListener('abort', aborted);
        if (!use.signal.aborted && !life.isOver) witness.see({ what: 'act-ended', act, how });
      };
      try {
        await behave(mood(), () => carryOut(act, use), clock);
        ended('answered');
        return `${act.component} was restarted.`;
      } catch (error) {
        ended('failed');
        throw error;
      }
    },
    wasDone: (use) => (mood() === 'mute' ? Promise.resolve(null) : wasDone(use)),
  };
}

async function behave(mood: Mood, carryOut: () => Promise<void>, clock: VirtualClock): Promise<void> {
  switch (mood) {
    case 'works':
      return carryOut();
    case 'fails':
      await pause(clock, 1_000);
      throw simulated('SW_REMEDY_FAILED');
    case 'hangs':
      return forEver();
    case 'late':
      await pause(clock, lateMs);
      return carryOut();
    case 'mute':
      await carryOut();
      return forEver();
  }
}

function actOf(remedy: string, component: string, use: RemedyUse): Act {
  const { idempotencyKey: key, integration, rung, startedAt: intendedAt, fencingToken } = use;
  return { key, integration, rung, remedy, component, intendedAt, fencingToken };
}
