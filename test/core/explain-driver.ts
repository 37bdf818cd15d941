/** Situations to explain, made by the real machines: an integration in an incident, and the fleet that it belongs to. */

import type { FleetContext } from '../../machines/fleet/memory.ts';
import { fleetPolicySchema } from '../../machines/fleet/memory.ts';
import { fleetMachine, integrationMachine } from '../../machines/index.ts';
import { type Policy, policySchema } from '../../machines/policy.ts';
import { type Explanation, explain, type PendingDelay } from '../../src/core/explain.ts';
import type { Json } from '../../src/core/json.ts';
import { Driver } from '../machines/driver.ts';
import { proofOf, runOf } from '../machines/outcomes.ts';

const ok = { ok: true, version: '1', latencyMs: 3 };
const good: Json = { source: ok, target: ok, incompatible: null };
export const granted: Json = { verdict: 'granted', message: 'Free.' };
export const rehearse: Json = { verdict: 'rehearse', message: 'A dry run.' };

/** When the incident of every test begins. */
export const night = Date.parse('2026-03-02T03:12:00Z');

export const rung = (id: string, more: object = {}) => ({
  id,
  title: `Restart the ${id.replace('restart-', '')}`,
  remedy: id,
  impact: 'Something goes down.',
  mode: 'delta',
  ...more,
});
export const policyOf = (...rungs: object[]) => policySchema.parse({ ladder: { rungs } });

export const ran = (driver: Driver, equal: boolean) => runOf(proofOf(driver.at, { cardholder: [2, equal ? 2 : 1] }));

/** Connected, and the first run is under way. */
export function connected(policy: Policy): Driver {
  const driver = new Driver(integrationMachine, { id: 'hq', policy: policy as unknown as Json });
  driver.at = night;
  return driver.answer('probe', good).fire('probeDue').answer('probe', good);
}

/** A run that ended with a difference: the ladder confirms it. */
export function deviating(policy: Policy): Driver {
  const driver = connected(policy);
  return driver.answer('synchronize', ran(driver, false));
}

export interface Finding {
  readonly signature?: string;
  readonly message?: string;
  readonly rungs?: readonly string[];
}

export function diagnosed(driver: Driver, finding: Finding = {}): Driver {
  const rungs = driver.context.policy.ladder.rungs.map(({ id }) => id);
  const found = { signature: 'counts-differ', message: 'They differ.', rungs, evidence: {}, ...finding };
  return driver.answer('diagnose', found as unknown as Json);
}

/** Diagnosed: the first rung that can help waits for its time. */
export const waiting = (policy: Policy, finding: Finding = {}): Driver =>
  diagnosed(deviating(policy).fire('confirm'), finding);

/** A fleet of five with `hq` among them; `hq` and `harbour` share a server. */
export function fleetOf(policy: object = {}): Driver {
  const parsed = fleetPolicySchema.parse(policy) as unknown as Json;
  const servers = { hq: 'one', harbour: 'one', depot: 'two', north: 'three', south: 'four' };
  const members = Object.fromEntries(
    Object.entries(servers).map(([id, server]) => [
      id,
      {
        server,
        source: `https://${id}.example`,
        target: 'https://directory.example',
        components: { 'restart-plugin': `plugin:${id}`, 'restart-server': `server:${server}` },
      },
    ]),
  );
  const driver = new Driver(fleetMachine, { policy: parsed });
  driver.at = night;
  return driver.send('fleet.configured', { policy: parsed, members });
}

export const fails = (fleet: Driver, integration: string) =>
  fleet.send('condition.told', { integration, because: { code: 'unreachable', message: 'It fails.' } });

function delaysOf({ instance }: Driver): readonly PendingDelay[] {
  return Object.entries(instance.record.timers).map(([id, { dueAt }]) => ({
    delay: /^xstate\.after\.([^.]+)\./.exec(id)?.[1] ?? id,
    dueAt,
  }));
}

/** The explanation of where the driver stands, a moment later. */
export function told(driver: Driver, { fleet, laterMs = 0 }: { fleet?: Driver; laterMs?: number } = {}): Explanation {
  return explain({
    context: driver.context,
    ladder: (driver.value as { escalation: string }).escalation,
    timers: delaysOf(driver),
    fleet: fleet ? { context: fleet.context as unknown as FleetContext, timers: delaysOf(fleet) } : null,
    at: driver.at + laterMs,
  });
}
