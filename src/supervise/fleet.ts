/** The fleet instance of a supervisor: how integrations reach it, and how it is told what they share. */
import type { ClaimRequest, FleetContext, Member } from '../../machines/fleet/memory.ts';
import type { Verdict } from '../../machines/foundation.ts';
import { fleetMachine, type integrationMachine } from '../../machines/index.ts';
import { componentsOf } from '../core/components.ts';
import { fleetKey } from '../core/fleet-key.ts';
import type { ActionsFor, ExecutorsFor } from '../runtime/index.ts';
import type { Config, IntegrationConfig } from './config.ts';
import type { ClaimsByPerson } from './remedy-task.ts';
import type { SupervisorRuntime } from './supervisor-runtime.ts';

export type { SupervisorRuntime };
export { fleetKey };

/** A claim waits as long as its integration waits for it: that ends it by its own timer. */
const claimWaitMsMax = 24 * 3_600_000;

/** How integrations speak to the fleet: by events, through the runtime that runs them both. */
export interface FleetDoor {
  readonly claim: ExecutorsFor<typeof integrationMachine>['claim'];
  readonly actions: Pick<ActionsFor<typeof integrationMachine>, 'tellCondition' | 'release'>;
  /** For what a person carries out: only mutual exclusion stands against it. */
  readonly byPerson: ClaimsByPerson;
}

/** `opened` resolves when the fleet has been started: effects that were under way in the last life begin before that. */
export function createFleetDoor(opened: Promise<SupervisorRuntime>): FleetDoor {
  return {
    // Redone after a crash: the fleet knows the claim by its id, and asking twice is asking once.
    claim: async ({ input, signal }) => await claim(await opened, { ...input, manual: false }, signal),
    byPerson: {
      claim: async (request, signal) => await claim(await opened, { ...request, manual: true }, signal),
      release: async (id, outcome) => (await opened).send(fleetKey, { type: 'claim.released', claim: id, outcome }),
    },
    actions: {
      tellCondition: async ({ params: { integration, at, because } }) =>
        (await opened).send(fleetKey, { type: 'condition.told', at, integration, because }),
      release: async ({ params: { claim, at, outcome } }) => {
        if (claim !== '') await (await opened).send(fleetKey, { type: 'claim.released', at, claim, outcome });
      },
    },
  };
}

/** Asks the fleet for the right to act, and waits for its verdict. */
export async function claim(
  runtime: SupervisorRuntime,
  { claim, integration, rung, remedy, holdMs, since, manual }: ClaimRequest,
  signal: AbortSignal,
): Promise<Verdict> {
  await runtime.send(fleetKey, { type: 'claim.asked', claim, integration, rung, remedy, holdMs, since, manual });
  const verdictIn = (snapshot: { readonly context: unknown }) =>
    (snapshot.context as FleetContext).claims[claim]?.verdict ?? null; // the snapshot is one of the fleet
  const decided = await runtime.waitFor(fleetKey, (snapshot) => verdictIn(snapshot) !== null, {
    limitMs: claimWaitMsMax,
    signal,
  });
  return verdictIn(decided) as Verdict; // it was waited for
}

/** Starts the fleet, or tells it what has changed in the configuration. */
export async function startFleet(runtime: SupervisorRuntime, config: Config): Promise<void> {
  const policy = config.fleet;
  if (runtime.snapshot(fleetKey) === undefined) await runtime.start(fleetMachine, fleetKey, { policy });
  const members = Object.fromEntries(config.integrations.map((one) => [one.id, memberOf(one)]));
  await runtime.send(fleetKey, { type: 'fleet.configured', policy, members });
}

/** What an integration shares with others. Components of equal names are one component. */
function memberOf(integration: IntegrationConfig): Member {
  const { server, source, target } = integration;
  return { server, source: source.url, target: target.url, components: componentsOf(integration) };
}
