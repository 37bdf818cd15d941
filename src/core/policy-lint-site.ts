/** What is wrong between integrations: the fleet, and the components that they share. */
import type { FleetPolicy } from '../../machines/fleet/memory.ts';
import type { Policy } from '../../machines/policy.ts';
import { componentsOf } from './components.ts';
import { canonicalJson, toJson } from './json.ts';
import { type Finding, finding, inUnits } from './policy-lint-findings.ts';

/** A configured remedy, as far as the linter looks at it. */
interface LintedRemedy {
  readonly kind: string;
  readonly component?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface LintedIntegration {
  readonly id: string;
  readonly server: string;
  readonly policy: Policy;
  readonly remedies: { readonly [name: string]: LintedRemedy };
  /** Left out where nothing is known of the source. */
  readonly source?: { readonly url: string; readonly clientUniqueId: string };
}

export interface LintedSite {
  readonly fleet: FleetPolicy;
  readonly integrations: readonly LintedIntegration[];
}

export function lintFleet(site: LintedSite): readonly Finding[] {
  return [
    ...ofStorm(site),
    ...ofDryRun(site),
    ...ofBlastRadius(site),
    ...ofComponents(site),
    ...ofClients(site),
    ...ofRemedies(site),
  ];
}

/** Two that fail together are no proof of a storm in a fleet of one, so that alone says nothing. */
const stormDefaultMin = 3;

function* ofStorm({ fleet: { storm }, integrations }: LintedSite): Iterable<Finding> {
  const size = integrations.length;
  if (storm.share >= 1)
    yield finding(
      'storm-never-begins',
      ['fleet', 'storm', 'share'],
      'More than all integrations would have to fail together. Set "share" below 1.',
    );
  else if (storm.countMin > size && (size > 1 || storm.countMin !== stormDefaultMin)) {
    const message = `A storm takes ${storm.countMin} integrations that fail together, and ${size} are configured. Lower "countMin"; the least is 2.`;
    yield finding('storm-never-begins', ['fleet', 'storm', 'countMin'], message);
  }
}

function* ofDryRun({ fleet }: LintedSite): Iterable<Finding> {
  if (fleet.dryRun)
    yield finding(
      'dry-run-on',
      ['fleet', 'dryRun'],
      'Everything is decided and written down, and no rung is carried out. Remove it when you have seen enough.',
    );
}

function* ofBlastRadius(site: LintedSite): Iterable<Finding> {
  const { blastRadiusMax } = site.fleet;
  if (blastRadiusMax === null) return;
  for (const [index, integration] of site.integrations.entries())
    for (const [at, { id, remedy }] of integration.policy.ladder.rungs.entries()) {
      const component = componentsOf(integration)[remedy] ?? null;
      const touched = component === null ? [] : touchedBy(site, component);
      if (touched.length <= blastRadiusMax) continue;
      const message = `${id} touches ${touched.join(', ')} through ${component}, and "fleet.blastRadiusMax" is ${blastRadiusMax}: it would always be declined. Raise the limit to ${touched.length}, or remove the rung.`;
      yield finding('blast-radius-too-small', ['integrations', index, 'policy', 'ladder', 'rungs', at], message);
    }
}

function touchedBy({ integrations }: LintedSite, component: string): readonly string[] {
  return integrations.filter((one) => Object.values(componentsOf(one)).includes(component)).map(({ id }) => id);
}

function* ofComponents({ integrations }: LintedSite): Iterable<Finding> {
  const known = new Map<string, { readonly how: string; readonly by: string }>();
  for (const [index, { id, remedies }] of integrations.entries())
    for (const [name, remedy] of Object.entries(remedies)) {
      if (remedy.component === undefined) continue;
      const how = howOf(remedy);
      const first = known.get(remedy.component);
      if (first === undefined) known.set(remedy.component, { how, by: `${name} of ${id}` });
      else if (first.how !== how) {
        const message = `${name} of ${id} and ${first.by} restart the component ${remedy.component} in different ways, and one restart serves both. Make them equal, or name two components.`;
        yield finding('component-conflict', ['integrations', index, 'remedies', name], message);
      }
    }
}

/** What is done, without how long it may take. */
function howOf({ timeoutMs: _timeoutMs, component: _component, ...rest }: LintedRemedy): string {
  return canonicalJson(toJson(rest));
}

/** A login may end the session of the same client: two that read one source would end each other's for ever. */
function* ofClients({ integrations }: LintedSite): Iterable<Finding> {
  const known = new Map<string, string>();
  for (const [index, { id, source }] of integrations.entries()) {
    if (source === undefined) continue;
    const client = canonicalJson([source.url, source.clientUniqueId]);
    const other = known.get(client);
    if (other === undefined) known.set(client, id);
    else {
      const message = `${id} and ${other} log in to ${source.url} as the same client, "${source.clientUniqueId}": each login may end the session of the other one. Give each a "clientUniqueId" of its own.`;
      yield finding('client-shared', ['integrations', index, 'source', 'clientUniqueId'], message);
    }
  }
}

/** What starts the runs themselves beside the vendor's plugin: no rung names it. */
const startsRuns = 'start-synchronization';

function* ofRemedies({ integrations }: LintedSite): Iterable<Finding> {
  for (const [index, { policy, remedies }] of integrations.entries())
    for (const [name, { timeoutMs = 0 }] of Object.entries(remedies)) {
      const path = ['integrations', index, 'remedies', name];
      const rungs = policy.ladder.rungs.filter(({ remedy }) => remedy === name);
      if (rungs.length === 0 && name !== startsRuns)
        yield finding(
          'remedy-unused',
          path,
          `No rung of the ladder uses the remedy ${name}. Add a rung for it, or remove it.`,
        );
      for (const rung of rungs.filter((one) => one.timeoutMs < timeoutMs)) {
        const message = `${name} may take ${inUnits(timeoutMs)}, and the rung ${rung.id} gives it up after ${inUnits(rung.timeoutMs)}. Raise "timeoutMs" of the rung, or lower that of the remedy.`;
        yield finding('remedy-outlasts-rung', [...path, 'timeoutMs'], message);
      }
    }
}
