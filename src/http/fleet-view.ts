/** The fleet as a person sees it: storm, brake, dry run, who works on what, and how much of the budget is used. */
import { touchedBy } from '../../machines/fleet/claims.ts';
import type { FleetContext, Holder } from '../../machines/fleet/memory.ts';
import { shownText } from './disclosure.ts';
import type { FleetView } from './fleet-api.ts';
import type { FleetState } from './fleet-record.ts';

/** Most components and most deviating integrations that are listed. */
const listedMax = 200;

/** `at` is epoch milliseconds: the budget rolls with time. */
export function fleetView({ context, timers }: FleetState, at: number): FleetView {
  const { brake, dryRun, policy, storm, stormPhase, size } = context;
  const until = timers.find(({ delay }) => delay === (stormPhase === 'cooling' ? 'coolDown' : 'stormHold'));
  return {
    at,
    size,
    storm: {
      phase: stormPhase,
      since: storm?.since ?? null,
      among: [...(storm?.among ?? [])],
      until: stormPhase === 'calm' ? null : (until?.dueAt ?? null),
    },
    brake: brake && { at: brake.at, by: shownText(brake.by), reason: shownText(brake.reason) },
    dryRun: dryRun ? { at: dryRun.at, by: shownText(dryRun.by) } : policy.dryRun ? { at: null, by: null } : null,
    deviating: Object.entries(context.deviating)
      .slice(0, listedMax)
      .map(([integration, { since, because }]) => ({
        integration,
        since,
        code: shownText(because.code),
        message: shownText(because.message),
      })),
    components: componentViews(context),
    budget: policy.budget && {
      used: context.acts.filter((act) => act > at - (policy.budget?.windowMs ?? 0)).length,
      max: policy.budget.max,
      windowMs: policy.budget.windowMs,
    },
    blastRadiusMax: policy.blastRadiusMax,
  };
}

/** Those in somebody's hands first, then those that are waited for. */
function componentViews(context: FleetContext): FleetView['components'] {
  const waiting = Object.values(context.claims).filter(({ verdict }) => verdict === null);
  const waitedFor = waiting.flatMap(({ component }) => (component === null ? [] : [component]));
  const names = new Set([...Object.keys(context.holders), ...waitedFor, ...Object.keys(context.done)]);
  return [...names].slice(0, listedMax).map((component) => ({
    component,
    touches: [...touchedBy(context, component)],
    held: heldView(context, context.holders[component]),
    waiting: waiting
      .filter((claim) => claim.component === component)
      .map(({ integration, rung, askedAt, manual }) => ({ integration, rung, askedAt, manual })),
    lastDone: context.done[component] ?? null,
  }));
}

function heldView({ claims }: FleetContext, holder: Holder | undefined): FleetView['components'][number]['held'] {
  if (holder === undefined) return null;
  const { claim, integration, rung, grantedAt, until } = holder;
  return { integration, rung, grantedAt, until, manual: claims[claim]?.manual ?? false };
}
