/** Who may act on which component: pure rules over what the fleet remembers. */
import type { Reason } from '../events.ts';
import type { Verdict } from '../foundation.ts';
import type { ClaimRequest, FleetClaim, FleetContext, Holder } from './memory.ts';

type Change = Partial<FleetContext>;

/** Spare time on top of what a remedy may take, before its component is taken out of dead hands, milliseconds. */
const graceMs = 30_000;
/** How many claims that have their verdict are remembered. */
const answeredMax = 500;

/** The phases of a storm, as the claims see them. */
export type Weather = 'calm' | 'holding' | 'cautious' | 'cooling';

/** Takes a claim in. One that is known already stays as it is: asking twice is asking once. */
export function askFor(fleet: FleetContext, request: ClaimRequest, weather: Weather, at: number): Change {
  if (fleet.claims[request.claim] !== undefined) return {};
  const component = fleet.members[request.integration]?.components[request.remedy] ?? null;
  const claim: FleetClaim = { ...request, askedAt: at, component, verdict: null };
  return settle({ ...fleet, claims: { ...fleet.claims, [claim.claim]: claim } }, weather, at);
}

/** What was claimed is over. A claim that is not known, or was answered otherwise, changes nothing. */
export function giveBack(
  fleet: FleetContext,
  { claim, outcome }: { readonly claim: string; readonly outcome: 'done' | 'failed' | 'given-up' },
  weather: Weather,
  at: number,
): Change {
  const { [claim]: known, ...claims } = fleet.claims;
  if (known === undefined) return {};
  const { component } = known;
  const holder = component === null ? undefined : fleet.holders[component];
  if (component === null || holder?.claim !== claim) return settle({ ...fleet, claims }, weather, at);
  const { [component]: _given, ...holders } = fleet.holders;
  const by = { at, integration: known.integration, ...(known.manual ? { manual: true } : {}) };
  const done = outcome === 'done' ? { ...fleet.done, [component]: by } : fleet.done;
  return settle({ ...fleet, claims, holders, done }, weather, at);
}

/** The holder that the timer is for: the first one, until it gives its component back. Null when nothing is held. */
export function firstHolder({ holders }: FleetContext): Holder | null {
  return Object.values(holders)[0] ?? null;
}

/** As long as the guarded holder may keep its component, milliseconds. */
export function guardMs({ holders, guarded }: FleetContext): number {
  const holder = Object.values(holders).find(({ claim }) => claim === guarded);
  return holder ? holder.until - holder.grantedAt : 0;
}

/** Takes the component out of the guarded hands, which have kept it for too long. */
export function expire(fleet: FleetContext, weather: Weather, at: number): Change {
  return fleet.guarded === null ? {} : giveBack(fleet, { claim: fleet.guarded, outcome: 'given-up' }, weather, at);
}

/** Gives every claim that waits its verdict, in the order in which they were asked for, as far as there is one now. */
export function settle(fleet: FleetContext, weather: Weather, at: number): Change {
  let now = asOf(fleet, at);
  for (const claim of Object.values(fleet.claims)) {
    if (claim.verdict !== null) continue;
    const verdict = verdictOn(now, claim, weather, at);
    if (verdict !== null) now = { ...now, ...record(now, { ...claim, verdict }, at) };
  }
  return { claims: bounded(now), holders: now.holders, done: now.done, acts: now.acts };
}

/** What is dated after `at` was noted before the clock was set back: it counts as of now, or the budget would stay spent. */
function asOf(fleet: FleetContext, at: number): FleetContext {
  return fleet.acts.every((act) => act <= at) ? fleet : { ...fleet, acts: fleet.acts.map((act) => Math.min(act, at)) };
}

function record(fleet: FleetContext, claim: FleetClaim, at: number): Change {
  const claims = { ...fleet.claims, [claim.claim]: claim };
  if (claim.verdict?.verdict !== 'granted' || claim.component === null) return { claims };
  const { integration, rung, holdMs } = claim;
  const holder: Holder = { claim: claim.claim, integration, rung, grantedAt: at, until: at + holdMs + graceMs };
  const windowMs = fleet.policy.budget?.windowMs ?? 0;
  // What a person asked for does not eat the robot's budget.
  const acts = claim.manual ? fleet.acts : [...fleet.acts.filter((act) => act > at - windowMs), at];
  return { claims, holders: { ...fleet.holders, [claim.component]: holder }, acts };
}

/** The verdict on a claim; null while the component is in other hands. */
function verdictOn(fleet: FleetContext, claim: FleetClaim, weather: Weather, at: number): Verdict | null {
  const { component, manual } = claim;
  const barred = manual ? null : (barrier(fleet, weather) ?? tooWide(fleet, claim));
  if (barred !== null) return barred;
  if (component === null) return { verdict: 'granted', message: 'Nothing that others share is touched.' };
  const carrying = carriersOf(fleet, component);
  for (const one of manual ? [] : [component, ...carrying]) {
    const done = fleet.done[one];
    // Dated after now, it was done before the clock was set back: nobody knows how long ago.
    if (done === undefined || done.at <= claim.since || done.at > at) continue;
    // Its own one is given back later than its try has ended, and did not help: it is tried once more.
    if (done.integration === claim.integration && done.manual !== true) continue;
    const message = `${one} was restarted for ${done.integration} at ${new Date(done.at).toISOString()}.`;
    return { verdict: 'served', message };
  }
  const entangled = [component, ...carrying, ...carriedBy(fleet, component)];
  if (entangled.some((one) => fleet.holders[one] !== undefined)) return null;
  if (weather === 'cautious' && Object.keys(fleet.holders).length > 0 && !manual) return null;
  const spent = manual ? null : budgetSpent(fleet, at);
  return spent ?? { verdict: 'granted', message: blastSentence(fleet, component) };
}

/** The servers that carry a plugin: whoever restarts one of them restarts the plugin with it. */
function carriersOf({ members }: FleetContext, component: string): readonly string[] {
  return Object.values(members).flatMap(({ components: { 'restart-plugin': plugin, 'restart-server': server } }) =>
    plugin === component && server !== undefined && server !== component ? [server] : [],
  );
}

/** The plugins that a server carries. */
function carriedBy({ members }: FleetContext, component: string): readonly string[] {
  return Object.values(members).flatMap(({ components: { 'restart-plugin': plugin, 'restart-server': server } }) =>
    server === component && plugin !== undefined && plugin !== component ? [plugin] : [],
  );
}

/** What stands against every act of every ladder. */
function barrier({ brake, dryRun, policy }: FleetContext, weather: Weather): Verdict | null {
  if (brake !== null)
    return later(policy.retryAfterMs, { code: 'braked', message: `The brake is on, by ${brake.by}: ${brake.reason}` });
  if (weather === 'holding' || weather === 'cooling') {
    const what = weather === 'holding' ? 'Many integrations fail together' : 'A storm has just ended';
    return later(policy.retryAfterMs, { code: 'storm', message: `${what}: nothing is restarted now.` });
  }
  if (dryRun !== null) return { verdict: 'rehearse', message: `A dry run, by ${dryRun.by}: nothing is done.` };
  if (policy.dryRun) return { verdict: 'rehearse', message: 'A dry run, by the configuration: nothing is done.' };
  return null;
}

/** Everybody whom a remedy on the component touches. */
export function touchedBy({ members }: FleetContext, component: string): readonly string[] {
  return Object.entries(members)
    .filter(([, { components }]) => Object.values(components).includes(component))
    .map(([integration]) => integration);
}

function tooWide(fleet: FleetContext, { component }: FleetClaim): Verdict | null {
  const { blastRadiusMax } = fleet.policy;
  if (blastRadiusMax === null || component === null) return null;
  const touched = touchedBy(fleet, component).length;
  if (touched <= blastRadiusMax) return null;
  return { verdict: 'declined', message: `it would touch ${touched} integrations; ${blastRadiusMax} is the limit` };
}

function blastSentence(fleet: FleetContext, component: string): string {
  const touched = touchedBy(fleet, component);
  return touched.length <= 1 ? `${component} is free.` : `${component} is free; it touches ${touched.join(', ')}.`;
}

function budgetSpent({ policy: { budget, retryAfterMs }, acts }: FleetContext, at: number): Verdict | null {
  if (budget === null || acts.filter((act) => act > at - budget.windowMs).length < budget.max) return null;
  const message = `The budget of all integrations, ${budget.max} remedies, is spent for now.`;
  return later(retryAfterMs, { code: 'fleet-budget', message });
}

const later = (retryAfterMs: number, reason: Reason): Verdict => ({ verdict: 'later', reason, retryAfterMs });

/** Of claims that have their verdict and hold nothing only the newest are kept. */
function bounded({ claims, holders }: FleetContext): FleetContext['claims'] {
  const holding = new Set(Object.values(holders).map(({ claim }) => claim));
  const idle = Object.values(claims).filter(({ claim, verdict }) => verdict !== null && !holding.has(claim));
  if (idle.length <= answeredMax) return claims;
  const dropped = new Set(idle.slice(0, idle.length - answeredMax).map(({ claim }) => claim));
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !dropped.has(claim)));
}
