/** How the fleet is explored: two integrations on one server and one on another, who ask, fail and heal in any order. */
import { type FleetContext, fleetPolicySchema } from '../../machines/fleet/memory.ts';
import { fleetMachine } from '../../machines/index.ts';
import type { Json } from '../../src/core/json.ts';
import type { ExploreOptions } from './explore.ts';

const policy = fleetPolicySchema.parse({ storm: { countMin: 2, share: 0.4 } }) as unknown as Json;
const servers = { a: 's1', b: 's1', c: 's2' };
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
const because = { code: 'unreachable', message: 'It fails.' };
const claims = { 'a/1': 'restart-server', 'b/1': 'restart-plugin', 'c/1': 'restart-server' };
const asked = { holdMs: 60_000, since: 0, manual: false };

export const fleetExploration: ExploreOptions = {
  machine: fleetMachine,
  input: { policy },
  events: (at) => [
    { type: 'fleet.configured', at, policy, members } as { type: string; at: number },
    ...Object.keys(servers).flatMap((integration) => [
      { type: 'condition.told', at, integration, because },
      { type: 'condition.told', at, integration, because: null },
    ]),
    ...Object.entries(claims).flatMap(([claim, remedy]) => [
      { type: 'claim.asked', at, claim, integration: claim[0], rung: remedy, remedy, ...asked },
      { type: 'claim.released', at, claim, outcome: 'done' },
    ]),
    { type: 'brake.applied', at, by: 'ana', reason: 'Works.' } as { type: string; at: number },
    { type: 'brake.released', at, by: 'ana' } as { type: string; at: number },
  ],
  answers: {},
  project: (context) => {
    const fleet = context as unknown as FleetContext;
    return {
      configured: fleet.size > 0,
      deviating: Object.keys(fleet.deviating).sort(),
      claims: Object.values(fleet.claims)
        .map(({ claim, verdict }) => `${claim} ${verdict === null ? 'waits' : verdict.verdict}`)
        .sort(),
      holders: Object.keys(fleet.holders).sort(),
      brake: fleet.brake !== null,
    } as Json;
  },
  configurationsMax: 60_000,
};
