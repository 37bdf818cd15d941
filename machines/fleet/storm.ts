/** Whether many integrations fail together for one cause that no restart heals: pure rules over what the fleet remembers. */
import type { FleetContext } from './memory.ts';

/** Who began to fail within the window that ends at `at`; further ahead than that, it was before the clock was set back. */
function recent({ deviating, policy }: FleetContext, at: number): readonly string[] {
  return Object.entries(deviating)
    .filter(([, { since }]) => Math.abs(at - since) < policy.storm.withinMs)
    .map(([integration]) => integration);
}

/** The integrations of a storm that begins at `at`; null when there is none. */
export function stormBegins(fleet: FleetContext, at: number): readonly string[] | null {
  const failing = recent(fleet, at);
  const { share, countMin } = fleet.policy.storm;
  if (failing.length < countMin || failing.length <= share * fleet.size) return null;
  return sharedComponent(fleet, failing) === null ? failing : null;
}

/** Whether so many of those that were in the storm are still failing that it goes on. */
export function stormLasts({ deviating, storm, size, policy }: FleetContext): boolean {
  const still = (storm?.among ?? []).filter((integration) => deviating[integration] !== undefined);
  return still.length > policy.storm.share * size;
}

/**
 * The one component whose failure explains all of them, and that a remedy restarts: then it is no storm. A server explains
 * lost plugins, and a component beside the source explains lost connections, when all that share it fail.
 */
export function sharedComponent(fleet: FleetContext, failing: readonly string[]): string | null {
  const [first] = failing;
  const member = first === undefined ? undefined : fleet.members[first];
  for (const component of new Set(Object.values(member?.components ?? {}))) {
    const sharing = Object.entries(fleet.members)
      .filter(([, { components }]) => Object.values(components).includes(component))
      .map(([integration]) => integration);
    const all = failing.every((integration) => sharing.includes(integration));
    if (all && sharing.length > 1 && sharing.every((one) => isExplained(fleet, one, component))) return component;
  }
  return null;
}

function isExplained({ deviating, members }: FleetContext, integration: string, component: string): boolean {
  const because = deviating[integration]?.because.code;
  if (because === undefined) return false;
  const isServer = component === `server:${members[integration]?.server}`;
  return isServer ? because === 'plugin-lost' : because !== 'plugin-lost';
}
