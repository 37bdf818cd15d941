/** A configuration as the machine room can play it: nothing of it that reaches the outside is left. */
import { componentsOf } from '../../core/components.ts';
import { CodedError } from '../../core/errors.ts';
import { type Config, type IntegrationConfig, ownRemedies } from '../../supervise/config.ts';
import type { MachineRoom, Sabotage } from '../outages/room/machine-room.ts';
import { simulated } from '../outages/room/simulated-failure.ts';

/** How long a remedy takes of which nothing is known but its name, milliseconds. */
const remedyMs = 8_000;

export interface Playable {
  readonly config: Config;
  readonly remedyOptions: RemedyOptionsOf;
  /** Ids of integrations that are not played: Genetec's plugin beside which they run is not simulated here. */
  readonly leftOut: readonly string[];
  /** Remedies of names of their own: they are taken to succeed, and to heal what a pattern says that they do. */
  readonly unknownRemedies: readonly string[];
}

/**
 * The same policies on a simulated site.
 *
 * @throws CodedError SW_NOT_SIMULATED when no integration can be played
 */
export function playable(config: Config): Playable {
  const played = config.integrations.filter(({ mode }) => mode === 'plugin');
  const leftOut = config.integrations.filter(({ mode }) => mode !== 'plugin').map(({ id }) => id);
  if (played.length === 0)
    throw new CodedError('SW_NOT_SIMULATED', {
      doing: 'asking what the policy would do',
      expected: 'at least one integration with "mode: plugin"',
      found: `"mode: beside" only (${leftOut.join(', ')}): Genetec's own plugin is not part of this simulation`,
      todo: 'Use "syncwarden demo --scenario beside-interrupted" or "config check" for these',
    });
  const rungs = played.flatMap(({ policy }) => policy.ladder.rungs);
  const unknown = rungs.map(({ remedy }) => remedy).filter((name) => !isPlayed(name));
  return {
    config: { ...config, integrations: played.map(onSimulatedSite) },
    remedyOptions: (id, name) => played.find((integration) => integration.id === id)?.remedies[name],
    leftOut,
    unknownRemedies: [...new Set(unknown)],
  };
}

const isPlayed = (remedy: string) => ownRemedies.has(remedy) || remedy === 'restart-proxy';

/** With a proxy, whether the ladder knows how to restart it or not. */
function onSimulatedSite(integration: IntegrationConfig): IntegrationConfig {
  const { remedies } = integration;
  const component = componentsOf(integration)['restart-proxy'] ?? `restart-proxy.${integration.id}`;
  const proxy = { kind: 'webhook' as const, url: 'https://remedy.invalid', component };
  return {
    ...integration,
    remedies: { ...remedies, 'restart-proxy': proxy as IntegrationConfig['remedies'][string] }, // never called
  };
}

/**
 * What of the customer's remedies the machine room does not know by itself: those of names of their own, and whether one
 * that was cut short can tell that it was done. `options` are those of the configuration.
 */
export function remedyStandIns(room: () => MachineRoom, options: RemedyOptionsOf): Sabotage {
  return {
    executors: ({ remedy, ...others }) => {
      const own = typeof remedy === 'function' ? { run: remedy } : remedy;
      return {
        ...others,
        remedy: {
          ...own,
          run: (work) => (isPlayed(work.input.remedy) ? own.run(work) : standIn(room(), work)),
          async reconcile(work) {
            const { remedy: name } = work.input;
            if (!ownRemedies.has(name) && !tellsWhetherDone(options(work.key, name))) return nobodyKnows;
            return isPlayed(name) && own.reconcile ? await own.reconcile(work) : { kind: 'redo' };
          },
        },
      };
    },
  };
}

/** The options of a remedy of an integration; undefined where the configuration has none of that name. */
export type RemedyOptionsOf = (integration: string, remedy: string) => RemedyOptions | undefined;
type RemedyOptions = IntegrationConfig['remedies'][string];

/** Presets ask the service manager; a command and a webhook only where they are told how. */
function tellsWhetherDone(options: RemedyOptions | undefined): boolean {
  if (options?.kind === 'command') return options.statusArgv !== undefined;
  return options?.kind !== 'webhook' || options.statusUrl !== undefined;
}

const nobodyKnows = {
  kind: 'failed',
  error: { code: 'SW_REMEDY_FAILED', message: 'Nothing tells whether the remedy was done before the interruption.' },
} as const;

interface Use {
  readonly key: string;
  readonly idempotencyKey: string;
  readonly fencingToken: number;
  readonly startedAt: number;
  readonly input: { readonly rung: string; readonly remedy: string };
}

async function standIn({ clock, mood, sites, witness }: MachineRoom, use: Use): Promise<{ message: string }> {
  const { key: integration, idempotencyKey: key, fencingToken, startedAt: intendedAt, input } = use;
  const config = sites.get(integration)?.config;
  const components: { readonly [remedy: string]: string | undefined } = config ? componentsOf(config) : {};
  const component = components[input.remedy] ?? input.remedy;
  const act = { key, integration, ...input, component, intendedAt, fencingToken };
  witness.see({ what: 'act-began', act, hadEffect: false });
  await new Promise<void>((resolve) => void clock.schedule(remedyMs, resolve));
  if (mood !== 'works') throw simulated('SW_REMEDY_FAILED');
  witness.see({ what: 'restarted', component, act });
  return { message: `${input.remedy} was carried out.` };
}
