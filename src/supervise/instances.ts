/** Brings the instances in step with the configuration: new ones start, gone ones end, changed policies are told. */
import { z } from 'zod';
import { integrationMachine } from '../../machines/index.ts';
import { canonicalJson, type Json, toJson } from '../core/json.ts';
import type { Runtime, SetAside } from '../runtime/index.ts';
import type { Log } from './log.ts';
import type { Station } from './station.ts';

type IntegrationRuntime = Runtime<typeof integrationMachine>;

/** Instances that are not integrations: the fleet, the notifications. */
const isOwn = (key: string): boolean => key.startsWith('~');

/**
 * Starts what is configured, and tells it from now on what becomes of its plugin. What is set aside and not configured
 * stays as it is: it is named in the status, and this version cannot judge it.
 */
export async function startInstances(
  runtime: IntegrationRuntime,
  stations: ReadonlyMap<string, Station>,
  log: Log,
): Promise<void> {
  forwardSignals(runtime, stations, log);
  for (const key of runtime.keys()) if (!stations.has(key) && !isOwn(key)) await runtime.stop(key);
  for (const setAside of runtime.setAside()) {
    const station = stations.get(setAside.key);
    if (station) await beginAnew(runtime, setAside, station, log);
  }
  for (const [id, { policy, host }] of stations) {
    const known = runtime.snapshot(id);
    if (!known) await runtime.start(integrationMachine, id, { id, policy });
    else if (canonicalJson(toJson(policy)) !== canonicalJson(toJson(known.context.policy)))
      await runtime.send(id, { type: 'policy.changed', policy });
    // A host that answers now may have been lost when the last supervisor ended.
    if (known && host.status().answering) await runtime.send(id, { type: 'plugin.answered' });
  }
}

/** What a host tells about itself reaches every integration that it carries. */
function forwardSignals(runtime: IntegrationRuntime, stations: ReadonlyMap<string, Station>, log: Log): void {
  for (const [id, { host }] of stations)
    host.onSignal((signal) => {
      const event =
        signal.kind === 'lost'
          ? { type: 'plugin.lost' as const, message: signal.message }
          : { type: 'plugin.answered' as const };
      runtime.send(id, event).catch((error) => log.warn({ integration: id, why: String(error) }, 'A signal was lost.'));
    });
}

/**
 * A record that no machine can go on with never stops the supervision: the integration begins anew from what is
 * observed, and says so. What people laid down is carried over, as far as it can be read.
 */
async function beginAnew(
  runtime: IntegrationRuntime,
  { key, why, stored }: SetAside,
  { policy }: Station,
  log: Log,
): Promise<void> {
  log.error({ integration: key, why }, 'Its stored state cannot be used: supervision begins anew.');
  await runtime.stop(key);
  await runtime.start(integrationMachine, key, { id: key, policy });
  for (const { name, reason } of holdsIn(stored)) await runtime.send(key, { type: 'hold.placed', name, reason });
  await runtime.send(key, { type: 'integration.restarted', because: why });
}

const holdsSchema = z.object({
  snapshot: z.object({
    context: z.object({ holds: z.array(z.object({ name: z.string().min(1), reason: z.string() })) }),
  }),
});

function holdsIn(stored: Json): readonly { readonly name: string; readonly reason: string }[] {
  return holdsSchema.safeParse(stored).data?.snapshot.context.holds ?? [];
}
